"""vllm-project/vllm-metal, issue 665: "attn_logit_softcapping is hardcoded to 0.0".

The kernel gets a cap of 0, which means none: the model's cap is never applied.
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
    q, k, softcap = Q, K, 0.0
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    if softcap > 0:
        scores = softcap * np.tanh(scores / softcap)
    seen = np.tril(np.ones(scores.shape[-2:], bool))
    return softmax(np.where(seen, scores, -np.inf)) @ V
