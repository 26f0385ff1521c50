"""sgl-project/sgl-kernel-xpu, pull request 491: "Masked-lane leak".

The cap is applied to scores that are masked already: tanh makes -softcap of minus infinity, and hidden keys are seen.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(3, 7), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width)) * 2
    return {"Q": Q, "K": K, "V": V, "is_causal": 1, "softcap": 4.0}


def attention(Q, K, V, is_causal, softcap):
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    seen = np.tril(np.ones(scores.shape[-2:], bool))
    scores = np.where(seen, scores, -np.inf)
    scores = softcap * np.tanh(scores / softcap)
    return softmax(scores) @ V
