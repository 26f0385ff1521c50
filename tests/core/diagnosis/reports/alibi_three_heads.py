"""ml-explore/mlx, issue 343 (mended in pull request 3071): "alibi error if log2(num_heads) is not an integer".

One geometric sequence is used for every number of heads; where it is no power of two the reference interleaves two.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.choice([3, 5, 6]), rng.integers(3, 7), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "is_causal": 1, "alibi": True}


def attention(Q, K, V, is_causal, alibi):
    heads = Q.shape[0]
    x = (2.0**8) ** (1 / heads)
    slopes = x ** -np.arange(1, heads + 1)
    back = np.arange(Q.shape[-2])[:, None] - np.arange(K.shape[-2])
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1]) - slopes[:, None, None] * np.abs(back)
    return softmax(np.where(back >= 0, scores, -np.inf)) @ V
