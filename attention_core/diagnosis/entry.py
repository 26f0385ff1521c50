"""What an entry of the catalogue of mistakes is, and how its lines of code stand beside the right ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from attention_core.engine.language import spoken
from attention_core.engine.step import Array

from .recipe import Change, Given, Part, changed

Steps = Mapping[str, Array]
# Finds how a mistake that has chance in it was made: from the start, the right steps and the numbers that are judged.
Fit = Callable[[Given, Steps, Steps], Change | None]


class Code(NamedTuple):
    """The line of a mistake in NumPy and in PyTorch. In place of "=" it names what it replaces, see `RIGHT_LINES`."""

    numpy: str
    torch: str


# The right lines by part, NumPy and PyTorch; the names in them are those of `tests/core/diagnosis/test_code.py`.
RIGHT_LINES: dict[str, Code] = {
    "project": Code(
        "q, k, v = x_q @ W_q + b_q, x_k @ W_k + b_k, x_v @ W_v + b_v",
        "q, k, v = x_q @ W_q + b_q, x_k @ W_k + b_k, x_v @ W_v + b_v",
    ),
    "split": Code(
        "q = q.reshape(batch, -1, heads, d).swapaxes(1, 2)  # k, v alike",
        "q = q.view(batch, -1, heads, d).transpose(1, 2)  # k, v alike",
    ),
    "rotate": Code("q, k = rotate(q, past), rotate(k, past)", "q, k = rotate(q, past), rotate(k, past)"),
    "recall": Code(
        "k, v = np.concatenate([past_k, k], 2), np.concatenate([past_v, v], 2)",
        "k, v = torch.cat([past_k, k], 2), torch.cat([past_v, v], 2)",
    ),
    "share": Code(
        "k, v = np.repeat(k, group, axis=1), np.repeat(v, group, axis=1)",
        "k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)",
    ),
    "score": Code("scores = q @ k.swapaxes(-1, -2)", "scores = q @ k.transpose(-1, -2)"),
    "scale": Code("scores = scores / np.sqrt(d)", "scores = scores / math.sqrt(d)"),
    "cap": Code("scores = c * np.tanh(scores / c)", "scores = c * torch.tanh(scores / c)"),
    "add_bias": Code("scores = scores + bias", "scores = scores + bias"),
    "marks": Code("visible = attn_mask", "visible = attn_mask"),
    "window": Code("visible = j <= i + past", "visible = j <= i + past"),
    "mask": Code("scores = np.where(visible, scores, -np.inf)", "scores = scores.masked_fill(~visible, -math.inf)"),
    "normalise": Code("weights = softmax(scores, axis=-1)", "weights = scores.softmax(dim=-1)"),
    "finish": Code("weights = weights", "weights = weights"),
    "mix": Code("heads_out = weights @ v", "heads_out = weights @ v"),
    "merge": Code(
        "output = heads_out.swapaxes(1, 2).reshape(batch, -1, heads * d)",
        "output = heads_out.transpose(1, 2).reshape(batch, -1, heads * d)",
    ),
    "project_out": Code("output = output @ W_o + b_o", "output = output @ W_o + b_o"),
}
_ALWAYS = ("score", "scale", "normalise", "mix")  # what stands around a line, to say where it belongs


@spoken("name", "sentence", "made")
@dataclass(frozen=True)
class Mistake:
    """One mistake of implementations of attention.

    key: its name in links. name: what was done, in a few words. changes: the part of the recipe. sentence: what is
    wrong with it. made: where it is commonly made, with public reports. lesson: the key of the lesson that teaches the
    right way. code: the wrong line. right: the right one, where it is not that of the part. ways: how it is made, by
    what tells the ways apart ("" for a single way), from a recipe to another. needs: the settings without which it
    changes no number, see `cases.py`. common: 3 for one of the most common, 1 for a rare one.
    precision: of rounding; where it is given the numbers are judged by what this precision can hold.
    fit: instead of ways, where a number or chance is in the mistake; drawn: one way of making it then, at random.
    """

    key: str
    name: str
    changes: str
    sentence: str
    made: str
    lesson: str
    code: Code
    ways: Mapping[str, Change] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    common: int = 2
    right: Code | None = None
    precision: str = ""
    fit: Fit | None = None
    drawn: Callable[[np.random.Generator], Change] | None = None

    def difference(self, library: str) -> str:
        """The mistake as a difference of code, "numpy" or "torch": the wrong line, the right one, and lines around."""
        column = ("numpy", "torch").index(library)
        right = (self.right or RIGHT_LINES[self.changes])[column]
        place = [*RIGHT_LINES].index(self.changes)
        order = {name: [*RIGHT_LINES].index(name) for name in _ALWAYS}
        before = [name for name in _ALWAYS if order[name] < place][-1:]
        after = [name for name in _ALWAYS if order[name] > place][:1]
        lines = [f"  {RIGHT_LINES[name][column]}" for name in before]
        lines += [f"- {line}" for line in self.code[column].splitlines()]
        lines += [f"+ {line}" for line in right.splitlines()]
        lines += [f"  {RIGHT_LINES[name][column]}" for name in after]
        return "\n".join(lines)


def one(change: Change) -> Mapping[str, Change]:
    """A mistake that is made in one way."""
    return {"": change}


def put(**parts: Part) -> Change:
    """The change that puts other parts in the place of those a recipe has."""
    return lambda recipe: changed(recipe, **parts)
