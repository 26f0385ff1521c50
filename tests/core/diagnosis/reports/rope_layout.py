"""huggingface/candle, issue 3948: "mimi uses the interleaved RoPE convention".

Neighbouring features are rotated together; the checkpoint is made for the two halves.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(3, 7), rng.choice([4, 6])
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "rope": "half-split", "is_causal": 1}


def rope_i(x):
    width = x.shape[-1]
    angles = np.arange(x.shape[-2])[:, None] / 10000.0 ** (np.arange(0, width, 2) / width)
    even, odd = x[..., ::2], x[..., 1::2]
    pairs = (even * np.cos(angles) - odd * np.sin(angles), even * np.sin(angles) + odd * np.cos(angles))
    return np.stack(pairs, axis=-1).reshape(x.shape)


def attention(Q, K, V, rope, is_causal):
    q, k = rope_i(Q), rope_i(K)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    seen = np.tril(np.ones(scores.shape[-2:], bool))
    return softmax(np.where(seen, scores, -np.inf)) @ V
