"""paiml/aprender, pull request 2143: "ALiBi head slopes off-by-one in exponent".

The slopes are 2^(-8h/n) with heads counted from 0, so that the first is 1; they should be 2^(-8(h+1)/n).
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.choice([2, 4]), rng.integers(3, 7), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "is_causal": 1, "alibi": True}


def attention(Q, K, V, is_causal, alibi):
    heads = Q.shape[0]
    slopes = 2.0 ** (-8 * np.arange(heads) / heads)
    back = np.arange(Q.shape[-2])[:, None] - np.arange(K.shape[-2])
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1]) - slopes[:, None, None] * np.abs(back)
    return softmax(np.where(back >= 0, scores, -np.inf)) @ V
