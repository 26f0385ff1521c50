"""Graylab/DL4Proteins-notebooks, issue 12: "WS04: Attention uses the wrong scaling dimension".

The scores are multiplied by C**-0.5, C being the width of the embedding, where the width of one head is meant.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    tokens, heads, width = rng.integers(3, 7), rng.integers(2, 5), 4
    Q, K, V = rng.standard_normal((3, tokens, heads * width))
    return {"Q": Q, "K": K, "V": V, "q_num_heads": int(heads), "kv_num_heads": int(heads)}


def attention(Q, K, V, q_num_heads, kv_num_heads):
    tokens, C = Q.shape
    q, k, v = (x.reshape(tokens, q_num_heads, -1).swapaxes(0, 1) for x in (Q, K, V))
    wei = softmax(q @ k.swapaxes(-2, -1) * C**-0.5)
    return (wei @ v).swapaxes(0, 1).reshape(tokens, C)
