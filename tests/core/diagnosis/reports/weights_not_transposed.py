"""discuss.pytorch.org, "Understanding nn.MultiheadAttention" (February 2024).

The parts of `in_proj_weight`, which PyTorch keeps as (out, in), are multiplied as x @ wq, x @ wk. With one head, and
compared by the attention map as in the question.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, tokens, heads, model = rng.integers(1, 3), rng.integers(3, 6), 1, rng.choice([4, 8])
    X = rng.standard_normal((batch, tokens, model))
    weights = {name: rng.standard_normal((model, model)) / 2 for name in ("W_q", "W_k", "W_v")}
    return (
        {"Q": X, "K": X, "V": X, "q_num_heads": int(heads), "kv_num_heads": int(heads)}
        | weights
        | {"weights_out_in": True}
    )


def attention(Q, K, V, q_num_heads, kv_num_heads, W_q, W_k, W_v, weights_out_in):
    q, k = Q @ W_q, K @ W_k
    attention_map = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]))
    return {"weights": attention_map[:, None]}
