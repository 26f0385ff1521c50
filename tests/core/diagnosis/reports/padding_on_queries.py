"""hyunwoongko/transformer, pull request 40: "fix(model): attention pad mask".

The mask of the padding is given the shape (batch, 1, token, 1), so that it marks queries where keys are meant; the
scores there are filled with -10000.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, heads, tokens, width = 2, 2, rng.integers(4, 7), 4
    Q, K, V = rng.standard_normal((3, batch, heads, tokens, width))
    real = np.arange(tokens) < np.array([[tokens - 2], [tokens - 1]])
    return {"Q": Q, "K": K, "V": V, "attn_mask": real[:, None, None, :]}


def attention(Q, K, V, attn_mask):
    src_mask = attn_mask[:, 0, 0, :][:, None, :, None]
    score = Q @ K.swapaxes(2, 3) / np.sqrt(Q.shape[-1])
    score = np.where(src_mask, score, -10000.0)
    return softmax(score) @ V
