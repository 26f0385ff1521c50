"""Where PyTorch's calls and this project's `attention()` mean different things: pairs of calls that give the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_core import Trace, attention
from attention_core.engine.language import spoken, to_say

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


@spoken("title", "about", "here", "there")
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
        to_say("A boolean mask: what does True mean?"),
        to_say("The two PyTorch interfaces read the same table in opposite ways."),
        to_say("True: the query may see the key. So it is in ONNX."),
        to_say(
            "`F.scaled_dot_product_attention`: True lets a key be seen. "
            "`nn.MultiheadAttention` and `key_padding_mask`: True hides it."
        ),
        "attention(Q, K, V, attn_mask=visible)",
        f"{SDPA}(Q, K, V, attn_mask=visible)",
    ),
    Convention(
        to_say("Padding"),
        to_say("A table with one entry for each key, for all queries alike."),
        to_say("A mask of one row serves every query; True lets a key be seen."),
        to_say("`key_padding_mask` is True at padding: turn it round."),
        "attention(Q, K, V, attn_mask=~padding)",
        f"{SDPA}(Q, K, V, attn_mask=~padding)",
    ),
    Convention(
        to_say("A mask of numbers"),
        to_say(
            "Numbers are added to the scaled scores; minus infinity hides a key, any other number only moves its score."
        ),
        to_say("Added. Whole numbers that are all 0 or 1 are refused, because they may be meant as marks."),
        to_say("Added, in the precision of the queries."),
        "attention(Q, K, V, attn_mask=bias)",
        f"{SDPA}(Q, K, V, attn_mask=bias)",
    ),
    Convention(
        to_say("Causal attention with fewer queries than keys"),
        to_say("With 2 queries and 4 keys: does the first query stand at the first key, or at the third?"),
        to_say(
            "At the first: query 1 sees key 1, query 2 keys 1 and 2. With `past_key` the queries stand behind the past."
        ),
        to_say(
            "`F.scaled_dot_product_attention` with `is_causal=True`: the same. In `nn.MultiheadAttention`, `is_causal` "
            "is a hint and still needs the mask."
        ),
        "attention(Q, K, V, is_causal=1)",
        f"{SDPA}(Q, K, V, is_causal=True)",
    ),
    Convention(
        to_say("Causal attention, the last query at the last key"),
        to_say("What a decoder with a cache needs: the new tokens see all earlier ones."),
        to_say("Give the earlier keys and values as the past."),
        to_say("A mask of your own, `torch.ones(2, 4).tril(2)` as a boolean table."),
        "attention(Q, K[2:], V[2:], past_key=K[:2], past_value=V[:2], is_causal=1)",
        f"{SDPA}(Q, K, V, attn_mask=torch.ones(2, 4).tril(2).bool())",
    ),
    Convention(
        to_say("The scale"),
        to_say("By which number scores are multiplied."),
        to_say("1 divided by the root of the width of a query, unless `scale` is given."),
        to_say("The same, with the same name."),
        "attention(Q, K, V, scale=0.5)",
        f"{SDPA}(Q, K, V, scale=0.5)",
    ),
    Convention(
        to_say("A query from which every key is hidden"),
        to_say("Softmax over nothing has no value."),
        to_say("Zeros, as in ONNX; without a batch axis it is refused, with the name of the query."),
        to_say("Zeros in the newest versions; older ones give NaN."),
        "attention(Q[None, None], K[None, None], V[None, None], attn_mask=mask)",
        f"{SDPA}(Q[None, None], K[None, None], V[None, None], attn_mask=mask)",
    ),
    Convention(
        to_say("Fewer heads of keys than of queries"),
        to_say("Which query heads share a head of keys?"),
        to_say("Neighbours: of 4 query heads and 2 heads of keys, heads 1 and 2 share the first."),
        to_say("The same, but it has to be asked for."),
        "attention(np.stack([Q] * 4), np.stack([K, 2 * K]), np.stack([V, -V]))",
        f"{SDPA}(torch.stack([Q] * 4), torch.stack([K, 2 * K]), torch.stack([V, -V]), enable_gqa=True)",
    ),
)
LAYOUT = to_say("""
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
""")


def called(convention: Convention) -> Trace:
    """The trace of our call, which is the text that the page shows."""
    given = {name: np.array(table, float) for name, table in NUMBERS.items()}
    tables = {name: np.array(table) for name, table in TABLES.items()}
    found: Trace = eval(convention.ours, {"attention": attention, "np": np, **given, **tables})
    return found
