"""suno-ai/bark, pull request 662 (the same as pytorch/pytorch, issue 124464): dropout during inference.

`dropout_p=self.dropout` is passed whether the model is being trained or not: some weights are 0, the others larger.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(5, 8), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "is_causal": 1}


def attention(Q, K, V, is_causal):
    dropout_p = 0.2
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    seen = np.tril(np.ones(scores.shape[-2:], bool))
    weights = softmax(np.where(seen, scores, -np.inf))
    kept = np.random.default_rng(1).random(weights.shape) >= dropout_p
    return (weights * kept / (1 - dropout_p)) @ V
