"""fchollet/deep-learning-with-python-notebooks, issue 261: "Typo in chapter 15 multi_head_attention function".

The last einsum mixes `key` where `value` is meant. With one head, for which the names that the loop uses again do no
harm.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, tokens, heads, model = rng.integers(1, 3), rng.integers(3, 6), 1, rng.choice([4, 6])
    X = rng.standard_normal((batch, tokens, model))
    weights = {name: rng.standard_normal((model, model)) / 2 for name in ("W_q", "W_k", "W_v", "W_o")}
    return {"Q": X, "K": X, "V": X, "q_num_heads": int(heads), "kv_num_heads": int(heads)} | weights


def attention(Q, K, V, q_num_heads, kv_num_heads, W_q, W_k, W_v, W_o):
    query, key, _value = Q @ W_q, K @ W_k, V @ W_v
    scores = np.einsum("btd,bsd->bts", query, key)
    scores = softmax(scores / np.sqrt(query.shape[-1]))
    head_output = np.einsum("bts,bsd->btd", scores, key)
    return head_output @ W_o
