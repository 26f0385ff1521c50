"""om-ai-lab/OmDet, issue 19 (the same as aipixel/AEMatter, issue 3): "Batched MultiHeadAttention".

(batch, token, feature) goes to a module made with batch_first=False, which takes the first axis for the tokens.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    batch, tokens, heads, width = rng.integers(2, 4), rng.integers(4, 6), rng.integers(1, 3), 4
    Q, K, V = rng.standard_normal((3, batch, tokens, heads * width))
    return {"Q": Q, "K": K, "V": V, "q_num_heads": int(heads), "kv_num_heads": int(heads)}


def attention(Q, K, V, q_num_heads, kv_num_heads):
    length, bsz, hidden = Q.shape
    width = hidden // q_num_heads
    q, k, v = (x.reshape(length, bsz * q_num_heads, width).swapaxes(0, 1) for x in (Q, K, V))
    mixed = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(width)) @ v
    return mixed.swapaxes(0, 1).reshape(length, bsz, hidden)
