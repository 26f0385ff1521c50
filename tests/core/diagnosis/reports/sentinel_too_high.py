"""flashinfer-ai/flashinfer, issue 4267: zeros where every logit of a row is below -5e4.

The running maximum starts at -5e4, which stands for minus infinity. Where all scores are smaller it stays there, every
power is 0, and so is the row.
"""

import numpy as np


def inputs(rng):
    heads, queries, keys, width = rng.integers(1, 3), rng.integers(2, 4), rng.integers(3, 6), 4
    Q = rng.standard_normal((heads, queries, width))
    Q[:, -1] = -448.0
    K = rng.standard_normal((heads, keys, width)) + 188.0
    return {"Q": Q, "K": K, "V": rng.standard_normal((heads, keys, width))}


def attention(Q, K, V):
    logits = Q @ K.swapaxes(-1, -2)
    m = np.maximum(-5e4, logits.max(-1, keepdims=True))
    p = np.exp((logits - m) / np.sqrt(Q.shape[-1]))
    d = p.sum(-1, keepdims=True)
    return np.divide(p, d, out=np.zeros_like(p), where=d > 0) @ V
