"""NeuraLegion/shainet, pull request 110, a review of `llama_block.cr`: RoPE on the cached keys.

Keys are rotated when they are put into the cache, and all of the cache is rotated once more when it is read.
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
    heads, past, tokens, width = rng.integers(1, 3), rng.integers(2, 5), rng.integers(1, 3), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    past_key, past_value = rng.standard_normal((2, heads, past, width))
    known = {"Q": Q, "K": K, "V": V, "past_key": past_key, "past_value": past_value}
    return known | {"rope": "half-split", "is_causal": 1}


def attention(Q, K, V, past_key, past_value, rope, is_causal):
    past, tokens = past_key.shape[-2], Q.shape[-2]
    new = past + np.arange(tokens)
    cache = np.concatenate([past_key, rotated(K, new)], axis=-2)
    values = np.concatenate([past_value, V], axis=-2)
    keys = rotated(cache, np.arange(past + tokens))
    scores = rotated(Q, new) @ keys.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    seen = np.arange(past + tokens) <= new[:, None]
    return softmax(np.where(seen, scores, -np.inf)) @ values
