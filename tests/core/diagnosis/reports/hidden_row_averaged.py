"""NVIDIA/apex, issue 1390: "ScaledMaskedSoftmax wrong behavior when all keys are masked".

Masked scores are -10000. Where all keys of a query are masked it gets the mean of the values, and should get zeros.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, heads, tokens, width = rng.integers(1, 3), rng.integers(1, 3), rng.integers(3, 6), 4
    Q, K, V = rng.standard_normal((3, batch, heads, tokens, width))
    seen = rng.random((batch, 1, tokens, tokens)) < 0.7
    seen[..., 0] = True
    seen[0, 0, 1] = False
    return {"Q": Q, "K": K, "V": V, "attn_mask": seen}


def attention(Q, K, V, attn_mask):
    scores = Q @ K.swapaxes(-1, -2) * Q.shape[-1] ** -0.5
    scores = np.where(attn_mask, scores, -10000.0)
    return softmax(scores) @ V
