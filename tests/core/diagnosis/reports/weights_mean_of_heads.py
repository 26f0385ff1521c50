"""wimmerth/anyup, issue 27: the weights that nn.MultiheadAttention returns are multiplied by the values by hand.

Without average_attn_weights=False these are the mean over the heads.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, queries, keys, width = rng.integers(2, 5), rng.integers(2, 6), rng.integers(2, 6), 3
    Q = rng.standard_normal((1, heads, queries, width))
    K, V = rng.standard_normal((2, 1, heads, keys, width))
    return {"Q": Q, "K": K, "V": V}


def attention(Q, K, V):
    every = softmax(Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1]))
    returned = every.mean(axis=1)
    return np.einsum("bqk,bhkd->bhqd", returned, V)
