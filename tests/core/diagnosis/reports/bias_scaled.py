"""microsoft/onnxruntime, pull request 14976: the scaling of biased and masked scores under ROCm.

The scores were (Q K' + bias) * scale: the bias is scaled too, and should not be.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 4), rng.integers(3, 7), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "attn_mask": rng.standard_normal((heads, tokens, tokens))}


def attention(Q, K, V, attn_mask):
    scale = 1 / np.sqrt(Q.shape[-1])
    scores = (Q @ K.swapaxes(-1, -2) + attn_mask) * scale
    return softmax(scores) @ V
