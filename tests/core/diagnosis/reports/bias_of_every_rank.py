"""huggingface/text-generation-inference, issue 1036: the bias of a layer split by rows is added by every process.

Each process has some heads and their rows of the output's weight; the sum of all results has the bias so many times.
"""

import numpy as np


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def inputs(rng):
    heads, width, tokens = 4, 2, rng.integers(2, 6)
    model = heads * width
    X = rng.standard_normal((tokens, model))
    weights = {f"W_{name}": rng.standard_normal((model, model)) / np.sqrt(model) for name in "qkvo"}
    biases = {f"b_{name}": rng.standard_normal(model) for name in "qkvo"}
    return {"Q": X, "K": X, "V": X, "q_num_heads": heads, **weights, **biases}


def attention(Q, K, V, q_num_heads, W_q, W_k, W_v, W_o, b_q, b_k, b_v, b_o, ranks=2):
    width = W_q.shape[1] // q_num_heads
    q, k, v = Q @ W_q + b_q, K @ W_k + b_k, V @ W_v + b_v
    total = 0.0
    for rank in range(ranks):
        own = []
        for head in range(rank * q_num_heads // ranks, (rank + 1) * q_num_heads // ranks):
            part = slice(head * width, (head + 1) * width)
            own.append(softmax(q[:, part] @ k[:, part].T / np.sqrt(width)) @ v[:, part])
        rows = slice(rank * len(W_o) // ranks, (rank + 1) * len(W_o) // ranks)
        total = total + np.concatenate(own, axis=-1) @ W_o[rows] + b_o
    return total
