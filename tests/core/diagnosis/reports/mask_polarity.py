"""rasbt/LLMs-from-scratch, issue 1061: "Bug in Ch03 - Bonus02".

The upper triangle, which marks what is to be hidden, goes as a boolean mask to a function in which True marks what may
be seen. The last query then sees nothing, and gets zeros (as from PyTorch since 2.5).
"""

import numpy as np


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(3, 7), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "is_causal": 1}


def attention(Q, K, V, is_causal):
    attn_mask = np.triu(np.ones((Q.shape[-2], K.shape[-2]), bool), k=1)
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    powers = np.where(attn_mask, np.exp(scores), 0.0)
    sums = powers.sum(-1, keepdims=True)
    weights = np.divide(powers, sums, out=np.zeros_like(powers), where=sums > 0)
    return weights @ V
