"""EleutherAI/gpt-neox, issue 1003: positions, frequencies and their products are made in half precision."""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(4, 7), 8
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "rope": "half-split"}


def rotated(x):
    half = x.shape[-1] // 2
    inv_freq = (1.0 / 10000.0 ** (np.arange(half) / half)).astype(np.float16)
    angles = np.outer(np.arange(x.shape[-2]).astype(np.float16), inv_freq).astype(float)
    first, second = x[..., :half], x[..., half:]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1)


def attention(Q, K, V, rope):
    scores = rotated(Q) @ rotated(K).swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    return softmax(scores) @ V
