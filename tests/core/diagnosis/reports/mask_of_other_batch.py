"""ml-explore/mlx-lm, pull request 1903: "Fix Gemma2 attention bug".

A mask (batch, 1, query, key) is added to scores (batch, kv head, repeat, query, key). With as many batches as
kv heads, the mask of batch i silently goes to kv head i of every batch.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, each, tokens, width = 2, 2, rng.integers(3, 6), 4
    Q = rng.standard_normal((batch, batch * each, tokens, width))
    K, V = rng.standard_normal((2, batch, batch, tokens, width))
    real = np.arange(tokens) >= np.array([0, 1])[:, None]
    seen = np.tril(np.ones((tokens, tokens), bool)) & real[:, None, None, :]
    seen[..., 0, 0] = True
    return {"Q": Q, "K": K, "V": V, "attn_mask": seen}


def attention(Q, K, V, attn_mask):
    batch, shared = K.shape[:2]
    queries = Q.reshape(batch, shared, -1, *Q.shape[2:]) / np.sqrt(Q.shape[-1])
    scores = queries @ K[:, :, None].swapaxes(-1, -2)
    scores = scores + np.where(attn_mask, 0.0, -np.inf)
    return (softmax(scores) @ V[:, :, None]).reshape(Q.shape)
