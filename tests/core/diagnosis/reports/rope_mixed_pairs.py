"""raiyanyahya/how-to-train-your-gpt, issue 6: `rotate_half` and `emb` follow different conventions.

The angles are laid out for neighbours (repeat_interleave), and `rotate_half` pairs the two halves.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(3, 7), rng.choice([4, 6])
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "rope": "half-split", "is_causal": 1}


def mixed(x):
    width = x.shape[-1]
    freqs = np.arange(x.shape[-2])[:, None] / 10000.0 ** (np.arange(0, width, 2) / width)
    emb = np.repeat(freqs, 2, axis=-1)
    turned = np.concatenate([-x[..., width // 2 :], x[..., : width // 2]], axis=-1)
    return x * np.cos(emb) + turned * np.sin(emb)


def attention(Q, K, V, rope, is_causal):
    q, k = mixed(Q), mixed(K)
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    seen = np.tril(np.ones(scores.shape[-2:], bool))
    return softmax(np.where(seen, scores, -np.inf)) @ V
