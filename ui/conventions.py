"""Where PyTorch's calls and this project's `attention()` mean different things: pairs of calls that give the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_core import Trace, attention

NUMBERS: dict[str, list[list[float]]] = {
    "Q": [[1, 0], [0.5, 2]],
    "K": [[1, 1], [0, 1], [-1, 0], [2, 0]],
    "V": [[1, 0], [0, 1], [2, 2], [-1, 0.5]],
}
TABLES: dict[str, Any] = {
    "visible": [[True, True, False, True], [True, False, True, True]],
    "bias": [[0, -0.5, 1, 0], [0.25, 0, 0, -1]],
    "padding": [False, False, False, True],
    "mask": [[True, False, False, False], [False, False, False, False]],
}


@dataclass(frozen=True)
class Convention:
    """One point on which programs differ.

    about: what differs; here, there: what `attention()` and PyTorch do; ours, torch: calls that give the same numbers,
    in which F is torch.nn.functional and ~ turns a boolean table round. torch: "" where PyTorch has no such call.
    """

    title: str
    about: str
    here: str
    there: str
    ours: str
    torch: str = ""


SDPA = "F.scaled_dot_product_attention"
CONVENTIONS = (
    Convention(
        "A boolean mask: what does True mean?",
        "The two PyTorch interfaces read the same table in opposite ways.",
        "True: the query may see the key. So it is in ONNX.",
        f"`{SDPA}`: True lets a key be seen. `nn.MultiheadAttention` and `key_padding_mask`: True hides it.",
        "attention(Q, K, V, attn_mask=visible)",
        f"{SDPA}(Q, K, V, attn_mask=visible)",
    ),
    Convention(
        "Padding",
        "A table with one entry for each key, for all queries alike.",
        "A mask of one row serves every query; True lets a key be seen.",
        "`key_padding_mask` is True at padding: turn it round.",
        "attention(Q, K, V, attn_mask=~padding)",
        f"{SDPA}(Q, K, V, attn_mask=~padding)",
    ),
    Convention(
        "A mask of numbers",
        "Numbers are added to the scaled scores; minus infinity hides a key, any other number only moves its score.",
        "Added. Whole numbers that are all 0 or 1 are refused, because they may be meant as marks.",
        "Added, in the precision of the queries.",
        "attention(Q, K, V, attn_mask=bias)",
        f"{SDPA}(Q, K, V, attn_mask=bias)",
    ),
    Convention(
        "Causal attention with fewer queries than keys",
        "With 2 queries and 4 keys: does the first query stand at the first key, or at the third?",
        "At the first: query 1 sees key 1, query 2 keys 1 and 2. With `past_key` the queries stand behind the past.",
        f"`{SDPA}` with `is_causal=True`: the same. In `nn.MultiheadAttention`, `is_causal` is a hint and still needs "
        "the mask.",
        "attention(Q, K, V, is_causal=1)",
        f"{SDPA}(Q, K, V, is_causal=True)",
    ),
    Convention(
        "Causal attention, the last query at the last key",
        "What a decoder with a cache needs: the new tokens see all earlier ones.",
        "Give the earlier keys and values as the past.",
        "A mask of your own, `torch.ones(2, 4).tril(2)` as a boolean table.",
        "attention(Q, K[2:], V[2:], past_key=K[:2], past_value=V[:2], is_causal=1)",
        f"{SDPA}(Q, K, V, attn_mask=torch.ones(2, 4).tril(2).bool())",
    ),
    Convention(
        "The scale",
        "By which number scores are multiplied.",
        "1 divided by the root of the width of a query, unless `scale` is given.",
        "The same, with the same name.",
        "attention(Q, K, V, scale=0.5)",
        f"{SDPA}(Q, K, V, scale=0.5)",
    ),
    Convention(
        "A query from which every key is hidden",
        "Softmax over nothing has no value.",
        "Zeros, as in ONNX; without a batch axis it is refused, with the name of the query.",
        "Zeros in the newest versions; older ones give NaN.",
        "attention(Q[None, None], K[None, None], V[None, None], attn_mask=mask)",
        f"{SDPA}(Q[None, None], K[None, None], V[None, None], attn_mask=mask)",
    ),
    Convention(
        "Fewer heads of keys than of queries",
        "Which query heads share a head of keys?",
        "Neighbours: of 4 query heads and 2 heads of keys, heads 1 and 2 share the first.",
        "The same, but it has to be asked for.",
        "attention(np.stack([Q] * 4), np.stack([K, 2 * K]), np.stack([V, -V]))",
        f"{SDPA}(torch.stack([Q] * 4), torch.stack([K, 2 * K]), torch.stack([V, -V]), enable_gqa=True)",
    ),
)
LAYOUT = """
- **Weights.** PyTorch keeps a weight as (out, in) and computes $x W^\\top + b$; the lessons write $x W$, with the
  weight as (in, out). [Many heads with biases, in PyTorch’s layout](multi-head-pytorch) takes the parameters of
  `nn.MultiheadAttention` as they are.
- **Axes.** Here (batch, head, token, width), as in `F.scaled_dot_product_attention`. `nn.MultiheadAttention` takes
  (token, batch, width) unless it was made with `batch_first=True`.
- **Weights returned.** `nn.MultiheadAttention` returns the mean over its heads unless `average_attn_weights=False`;
  `F.scaled_dot_product_attention` returns none. Here every head has its own table.
- **Dropout.** `nn.MultiheadAttention` in training drops weights at random and scales up the rest, so its rows need not
  sum to 1. Call `eval()` before you compare.
- **Numbers that are not finite.** A hidden key may hold NaN in neither program: 0 times NaN is NaN. Here it is refused
  by name.
"""


def called(convention: Convention) -> Trace:
    """The trace of our call, which is the text that the page shows."""
    given = {name: np.array(table, float) for name, table in NUMBERS.items()}
    tables = {name: np.array(table) for name, table in TABLES.items()}
    found: Trace = eval(convention.ours, {"attention": attention, "np": np, **given, **tables})
    return found
