"""huggingface/transformers, issue 39408: "Off-by-one error when using flash_attention with a sliding window".

A window of `sliding_window` tokens is passed on as `window_size`, which counts the tokens before the query's own: one
more is seen. Here `left_window_size` is what it should have been, sliding_window - 1.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, tokens, width = rng.integers(1, 3), rng.integers(5, 8), 4
    Q, K, V = rng.standard_normal((3, heads, tokens, width))
    return {"Q": Q, "K": K, "V": V, "is_causal": 1, "left_window_size": int(rng.integers(1, 3))}


def attention(Q, K, V, is_causal, left_window_size):
    sliding_window = left_window_size + 1
    window_size = sliding_window
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])
    back = np.arange(Q.shape[-2])[:, None] - np.arange(K.shape[-2])
    seen = (back >= 0) & (back <= window_size)
    return softmax(np.where(seen, scores, -np.inf)) @ V
