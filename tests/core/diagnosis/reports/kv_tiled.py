"""onnx/onnx, pull request 7274: "Update attention gqa to use repeat interleave within repeat kv".

Keys and values are tiled to [head0, head1, head0, head1], where neighbouring query heads share one.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, shared, each, tokens, width = rng.integers(1, 3), rng.integers(2, 4), 2, rng.integers(3, 6), 4
    Q = rng.standard_normal((batch, shared * each, tokens, width))
    K, V = rng.standard_normal((2, batch, shared, tokens, width))
    return {"Q": Q, "K": K, "V": V}


def attention(Q, K, V):
    interleave_dim = Q.shape[1] // K.shape[1]
    k, v = (np.tile(x, (1, interleave_dim, 1, 1)) for x in (K, V))
    return softmax(Q @ k.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])) @ v
