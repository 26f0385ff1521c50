"""labmlai/annotated_deep_learning_paper_implementations, issue 146: "Bug in SA for DDPM UNet?".

Scores lie as (batch, query, key, head), and softmax is taken along axis 1: for each key over the queries.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(2, 4), rng.integers(3, 7), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V}


def attention(Q, K, V):
    scores = np.einsum("hid,hjd->ijh", Q, K) * Q.shape[-1] ** -0.5
    weights = softmax(scores, axis=0)
    mixed = np.einsum("ijh,hjd->ihd", weights, V)
    return mixed.reshape(Q.shape[1], -1)
