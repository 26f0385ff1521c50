"""lucidrains/local-attention, issue 5: two tables of what is hidden are joined by "and", where "or" is meant.

A key is hidden only where both of them hide it.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(4, 7), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    visible = np.ones((tokens, tokens), bool)
    visible[2:, 0] = False  # a key that later queries may not see
    return {"Q": Q, "K": K, "V": V, "attn_mask": visible, "is_causal": 1}


def attention(Q, K, V, attn_mask, is_causal):
    tokens = Q.shape[-2]
    after = np.triu(np.ones((tokens, tokens), bool), 1)
    hidden = after & ~attn_mask
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    return softmax(np.where(hidden, -np.inf, scores)) @ V
