"""ml-explore/mlx, issue 3585: (batch, tokens, heads, width) given where heads come before tokens, here causal.

Every token's heads attend to each other, under a causal mask that counts heads.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, heads, tokens, width = rng.integers(1, 3), rng.integers(3, 5), rng.integers(5, 8), 4
    Q, K, V = rng.standard_normal((3, batch, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "is_causal": 1}


def attention(Q, K, V, is_causal):
    q, k, v = (x.transpose(0, 2, 1, 3) for x in (Q, K, V))  # as flash-attention takes them
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    rows = np.arange(scores.shape[-1])
    scores = np.where(rows[:, None] >= rows, scores, -np.inf)
    return (softmax(scores) @ v).transpose(0, 2, 1, 3)
