"""sgl-project/SpecForge, issue 265: "`rope_theta` from config isn't used?".

All rotary embeddings are built with the default base of 10000, whatever the model's configuration says.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def rotated(x, positions, base=10000.0):
    half = x.shape[-1] // 2
    angles = np.asarray(positions)[:, None] * base ** (-np.arange(half) / half)
    first, second = x[..., :half], x[..., half:]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(3, 7), rng.choice([4, 6])
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "rope": "half-split", "is_causal": 1, "rope_base": 1e6}


def attention(Q, K, V, rope, is_causal, rope_base):
    positions = np.arange(Q.shape[-2])
    q, k = rotated(Q, positions), rotated(K, positions)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    seen = np.tril(np.ones(scores.shape[-2:], bool))
    return softmax(np.where(seen, scores, -np.inf)) @ V
