"""sbryngelson/ANEForge, pull request 253: "load Qwen2/2.5 q/k/v attention biases".

The loader reads the weights of the projections and not their biases. Half-split RoPE, causal, two heads of K and V for
four of Q, no bias after the mix: as in the model.
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
    tokens, heads, shared, width = rng.integers(3, 6), 4, 2, 4
    model = heads * width
    known = {"rope": "half-split", "is_causal": 1, "q_num_heads": heads, "kv_num_heads": shared}
    for name, out in (("q", model), ("k", shared * width), ("v", shared * width)):
        known["W_" + name] = rng.standard_normal((model, out)) / 4
        known["b_" + name] = rng.standard_normal(out)
    X = rng.standard_normal((tokens, model))
    return {"Q": X, "K": X, "V": X, "W_o": rng.standard_normal((model, model)) / 4} | known


def attention(Q, K, V, W_o, rope, is_causal, q_num_heads, kv_num_heads, W_q, b_q, W_k, b_k, W_v, b_v):
    tokens = len(Q)
    q = (Q @ W_q).reshape(tokens, q_num_heads, -1).swapaxes(0, 1)
    k, v = ((x @ W).reshape(tokens, kv_num_heads, -1).swapaxes(0, 1) for x, W in ((K, W_k), (V, W_v)))
    k, v = (np.repeat(x, q_num_heads // kv_num_heads, axis=0) for x in (k, v))
    q, k = rotated(q, np.arange(tokens)), rotated(k, np.arange(tokens))
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    scores = np.where(np.tril(np.ones((tokens, tokens), bool)), scores, -np.inf)
    return (softmax(scores) @ v).swapaxes(0, 1).reshape(tokens, -1) @ W_o
