"""FrancescoSaverioZuppichini/ViT, issue 2: "Is the scaling position appropriate for the attention score?".

The scaling multiplies what softmax returns, and not what it is given.
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
    scaling = Q.shape[-1] ** -0.5
    energy = np.einsum("hqd,hkd->hqk", Q, K)
    att = softmax(energy) * scaling
    return np.einsum("hal,hlv->hav", att, V)
