"""ml-explore/mlx, issue 2835 (and pytorch/executorch, issue 22426): causal attention where S_Q != S_KV.

The last query is put beside the last key, where PyTorch and ONNX put the first beside the first.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, queries, width = rng.integers(1, 3), rng.integers(2, 4), 4
    keys = queries + rng.integers(1, 4)
    Q = rng.standard_normal((heads, queries, width))
    K, V = rng.standard_normal((2, heads, keys, width))
    return {"Q": Q, "K": K, "V": V, "is_causal": 1}


def attention(Q, K, V, is_causal):
    queries, keys = Q.shape[-2], K.shape[-2]
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    q_position = np.arange(keys - queries, keys)
    scores = np.where(q_position[:, None] >= np.arange(keys), scores, -np.inf)
    return softmax(scores) @ V
