"""gabrielmittag/NISQA, issue 17: "Bug in Alignment".

Written as the issue proposes: the padded weights are set to 0 after softmax, which has already counted them.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, queries, keys, width = rng.integers(1, 3), rng.integers(2, 5), rng.integers(4, 7), 4
    Q = rng.standard_normal((heads, queries, width))
    K, V = rng.standard_normal((2, heads, keys, width))
    seen = np.arange(keys) < keys - 2
    return {"Q": Q, "K": K, "V": V, "attn_mask": np.broadcast_to(seen, (queries, keys))}


def attention(Q, K, V, attn_mask):
    att = softmax(np.einsum("hqd,hkd->hqk", Q, K) / np.sqrt(Q.shape[-1]))
    att = np.where(attn_mask, att, 0.0)
    return np.einsum("hqk,hkd->hqd", att, V)
