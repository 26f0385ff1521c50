"""yflyzhang/AnnotatedTransformer, issue 1: a slip in the multi-head attention of version 2022.

`value` is projected by `k_proj`, where `v_proj` is meant.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, tokens, heads, model = rng.integers(1, 3), rng.integers(3, 6), 2, rng.choice([4, 6])
    X = rng.standard_normal((batch, tokens, model))
    weights = {name: rng.standard_normal((model, model)) / 2 for name in ("W_q", "W_k", "W_v", "W_o")}
    return (
        {"Q": X, "K": X, "V": X, "q_num_heads": int(heads), "kv_num_heads": int(heads)}
        | weights
        | {"weights_out_in": True, "b_k": rng.standard_normal(model), "b_v": rng.standard_normal(model)}
    )


def attention(Q, K, V, q_num_heads, kv_num_heads, W_q, W_k, W_v, W_o, weights_out_in, b_k, b_v):
    nbatches, tokens, model = Q.shape

    def heads(x):
        return x.reshape(nbatches, -1, q_num_heads, model // q_num_heads).swapaxes(1, 2)

    query, key, value = heads(Q @ W_q.T), heads(K @ W_k.T + b_k), heads(V @ W_k.T + b_k)
    x = softmax(query @ key.swapaxes(-2, -1) / np.sqrt(query.shape[-1])) @ value
    return x.swapaxes(1, 2).reshape(nbatches, tokens, model) @ W_o.T
