"""649453932/Chinese-Text-Classification-Pytorch, issue 53 (the same as reczoo/FuxiCTR, issue 30).

`view(batch_size * num_head, -1, dim_head)` cuts the projected tokens into heads without a transpose, and another `view`
puts the heads together again without one.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, tokens, heads, width = rng.integers(1, 3), rng.integers(3, 7), rng.integers(2, 4), 4
    Q, K, V = rng.standard_normal((3, batch, tokens, heads * width))
    return {"Q": Q, "K": K, "V": V, "q_num_heads": int(heads), "kv_num_heads": int(heads)}


def attention(Q, K, V, q_num_heads, kv_num_heads):
    batch, _, hidden = Q.shape
    width = hidden // q_num_heads
    q, k, v = (x.reshape(batch * q_num_heads, -1, width) for x in (Q, K, V))
    weights = softmax(q @ k.swapaxes(-1, -2) * width**-0.5)
    context = weights @ v
    return context.reshape(batch, -1, hidden)
