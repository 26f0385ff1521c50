"""tenstorrent/tt-metal, issue 41718 (with pull request 41731): two layouts of a fused projection.

Columns that lie as all of Q, all of K, all of V are read as q, k, v of head 0, then of head 1, and so on.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, tokens, heads, model = rng.integers(1, 3), rng.integers(3, 6), 2, rng.choice([4, 8])
    X = rng.standard_normal((batch, tokens, model))
    weights = {name: rng.standard_normal((model, model)) / 2 for name in ("W_q", "W_k", "W_v")}
    return {"Q": X, "K": X, "V": X, "q_num_heads": int(heads), "kv_num_heads": int(heads)} | weights


def attention(Q, K, V, q_num_heads, kv_num_heads, W_q, W_k, W_v):
    batch, tokens, model = Q.shape
    fused = Q @ np.concatenate([W_q, W_k, W_v], axis=1)
    parts = fused.reshape(batch, tokens, q_num_heads, 3, -1)
    q, k, v = (parts[:, :, :, part].swapaxes(1, 2) for part in range(3))
    mixed = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])) @ v
    return mixed.swapaxes(1, 2).reshape(batch, tokens, model)
