"""What may be brought to the page: tables by name, and settings under the names of the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from attention_core.diagnosis.compare import ORDER
from attention_core.diagnosis.settings import BIASES, LAYOUTS, WEIGHTS
from attention_core.engine.language import spoken, to_say
from attention_core.engine.step import Array
from attention_core.lesson.mechanism import Input, array


@spoken("meaning")
@dataclass(frozen=True)
class Field(Input):
    """A table that may have several numbers of axes, the last ones of `axes`.

    least: how few axes. finite: whether infinities, and what is not a number, are refused.
    """

    least: int = 2
    finite: bool = True

    def table(self, name: str, value: Any) -> Array:
        """value as numbers with so many axes. Raises InputError at the first cell that is none."""
        return array(name, value, *range(self.least, len(self.axes) + 1), finite=self.finite)

    def of(self, axes: int) -> Field:
        """The same with exactly so many axes."""
        return replace(self, axes=self.axes[len(self.axes) - axes :], least=axes)


_LEAD = ("batch", "head")
GIVEN = {
    "Q": Field((*_LEAD, "query", "feature"), "queries"),
    "K": Field((*_LEAD, "key", "feature"), "keys"),
    "V": Field((*_LEAD, "key", "value"), "values"),
}
_MEANT = {
    "weights": to_say("after softmax"),
    "scores": to_say("before or after scale, cap and mask"),
    "output": to_say("the result"),
}
RESULTS = {
    name: Field((*_LEAD, "row", "column"), _MEANT.get(name, ""), finite=False)
    for name in ("output", "weights", "scores", *(each for each in ORDER if each not in ("output", "scores")))
}
BESIDE = {
    "attn_mask": Field(
        (*_LEAD, "query", "key"), to_say("1 shows and 0 hides; other numbers are added"), least=1, finite=False
    ),
    "past_key": Field((*_LEAD, "key", "feature"), to_say("keys of the cache")),
    "past_value": Field((*_LEAD, "key", "value"), to_say("values of the cache")),
    "nonpad_kv_seqlen": Field(("batch",), to_say("how many keys are no padding"), least=1),
    **{name: Field(("in", "out"), to_say("a projection")) for name in WEIGHTS},
    **{name: Field(("out",), to_say("a bias"), least=1) for name in BIASES},
}
TABLES: Mapping[str, Field] = MappingProxyType({**GIVEN, **RESULTS, **BESIDE})


@spoken("title", "meaning", "hint")
@dataclass(frozen=True)
class Setting:
    """A setting that is one number, a switch or a choice. default: as it is written where nothing is chosen.

    meaning: a sentence on what it does. hint: what an empty field stands for; more: whether it is behind the line that
    opens further settings.
    """

    title: str
    meaning: str
    default: str | bool = ""
    hint: str = ""
    choices: tuple[str, ...] = ()
    more: bool = True


SETTINGS = {
    "is_causal": Setting(
        to_say("Causal"), to_say("A query sees its own key and those before it, and none after it."), False, more=False
    ),
    "scale": Setting(
        to_say("Scale"), to_say("What the scores are multiplied by before softmax."), hint="1/√width", more=False
    ),
    "q_num_heads": Setting(
        to_say("Heads side by side"),
        to_say("How many heads there are, where a row of Q holds all of them, one after the other."),
        hint=to_say("an axis of heads"),
        more=False,
    ),
    "kv_num_heads": Setting(
        to_say("Heads of K and V"),
        to_say("How many heads K and V have, where several heads of Q share one of them."),
        hint=to_say("as many"),
        more=False,
    ),
    "rope": Setting(
        to_say("Rotary positions"),
        to_say("Whether queries and keys are rotated by their positions, and which features make a pair."),
        "none",
        choices=("none", *LAYOUTS),
    ),
    "rope_base": Setting(to_say("Base of the rotation"), to_say("A larger base turns more slowly."), hint="10000"),
    "alibi": Setting("ALiBi", to_say("Scores lose a little for each token of distance, and each head its own."), False),
    "softcap": Setting(
        to_say("Soft cap"), to_say("Scores are pressed below this number, by c tanh(score / c)."), hint=to_say("none")
    ),
    "temperature": Setting(to_say("Temperature"), to_say("The scaled scores are divided by it."), hint="1"),
    "left_window_size": Setting(
        to_say("Window to the left"), to_say("How many keys before its own place a query sees."), hint=to_say("all")
    ),
    "right_window_size": Setting(
        to_say("Window to the right"), to_say("How many keys after its own place a query sees."), hint=to_say("all")
    ),
    "weights_out_in": Setting(
        to_say("Weights are (out, in), as in torch.nn.Linear"),
        to_say("Projections are transposed before they are used; without it they are (in, out), as in x W."),
        False,
    ),
}
WHOLE = ("q_num_heads", "kv_num_heads", "left_window_size", "right_window_size")
SWITCHES = tuple(name for name, each in SETTINGS.items() if isinstance(each.default, bool))
# In a file a setting is one number under its name.
IN_FILES: Mapping[str, Field] = MappingProxyType(
    {**TABLES, **{name: Field((), "a setting", least=0) for name, each in SETTINGS.items() if not each.choices}}
)
