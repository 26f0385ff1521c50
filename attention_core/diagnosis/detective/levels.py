"""The levels of the game: which mistakes are drawn, from those that are plain to see to those that are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from attention_core.diagnosis.entry import Mistake
from attention_core.diagnosis.mistakes import BY_KEY


class Suspect(NamedTuple):
    """A mistake as it is made in the game.

    way: the one of its ways that its line of code makes. needs: what a case needs for it to show, in the words of
    `small.py`, where it is not what the entry says.
    """

    key: str
    way: str = ""
    needs: tuple[str, ...] | None = None

    @property
    def mistake(self) -> Mistake:
        """Its entry in the catalogue."""
        return BY_KEY[self.key]

    @property
    def wanted(self) -> tuple[str, ...]:
        """What a case needs."""
        return self.mistake.needs if self.needs is None else self.needs


@dataclass(frozen=True)
class Level:
    """choices: how many mistakes are offered. shown: the steps of the code that are shown, besides its inputs.

    explained: whether a choice says what it does to the numbers. suspects: the plainest first.
    """

    choices: int
    shown: tuple[str, ...]
    explained: bool
    suspects: tuple[Suspect, ...]

    @property
    def thirds(self) -> tuple[tuple[Suspect, ...], ...]:
        """The suspects in three parts: plain, less plain, hidden."""
        size = -(-len(self.suspects) // 3)
        return tuple(self.suspects[start : start + size] for start in range(0, len(self.suspects), size))


_WEIGHTS_TOO = ("attention weights", "output")
_CAUSAL = ("near",)
_OWN_HIDDEN = "the own key is hidden, a query without keys gets 0"

LEVELS = {
    1: Level(
        4, _WEIGHTS_TOO, True,
        (
            Suspect("softmax-over-queries"),
            Suspect("causal-missing"),
            Suspect("no-softmax"),
            Suspect("not-normalised"),
            Suspect("hardest-key"),
            Suspect("k-as-v"),
            Suspect("causal-reversed", needs=_CAUSAL),
            Suspect("softmax-over-all"),
            Suspect("mask-after-softmax", needs=_CAUSAL),
            Suspect("dropout"),
            #
            Suspect("mask-multiplied", needs=_CAUSAL),
            Suspect("sigmoid"),
            Suspect("log-softmax"),
            Suspect("scale-after-softmax"),
            Suspect("weights-transposed"),
            Suspect("softmax-twice"),
            Suspect("no-scale"),
            Suspect("v-as-k"),
            Suspect("k-and-v-exchanged"),
            Suspect("sink-of-zero"),
            #
            Suspect("q-and-k-swapped"),
            Suspect("scale-multiplied"),
            Suspect("scale-by-width"),
            Suspect("scale-default"),
            Suspect("q-as-k"),
            Suspect("k-as-q"),
            Suspect("keys-reshaped"),
            Suspect("temperature-missing"),
            Suspect("temperature-inverted"),
            Suspect("softmax-base-two"),
        ),
    ),
    2: Level(
        5, _WEIGHTS_TOO, False,
        (
            Suspect("mask-inverted"),
            Suspect("mask-missing"),
            Suspect("causal-off-by-one", _OWN_HIDDEN),
            Suspect("mask-transposed"),
            Suspect("bias-missing"),
            Suspect("mask-after-softmax"),
            Suspect("padding-on-queries", "a query without keys gets 0"),
            Suspect("window-off-by-one", "one key more"),
            #
            Suspect("mask-multiplied"),
            Suspect("mask-added-as-ones", "1 for visible keys"),
            Suspect("mask-too-small", "-1 in their place"),
            Suspect("padding-zeroed"),
            Suspect("bias-subtracted"),
            Suspect("causal-aligned", "top left", ("past", "causal")),
            Suspect("past-after-new"),
            Suspect("past-values-misplaced"),
            #
            Suspect("bias-before-scale"),
            Suspect("alibi-missing"),
            Suspect("alibi-sign"),
            Suspect("alibi-order"),
            Suspect("alibi-slopes", "counted from 0"),
            Suspect("alibi-without-past"),
            Suspect("softcap-after-mask"),
        ),
    ),
    3: Level(
        6, ("output",), False,
        (
            Suspect("merge-reshaped"),
            Suspect("merge-interleaved"),
            Suspect("groups-tiled"),
            Suspect("first-group-for-all"),
            Suspect("heads-ignored"),
            Suspect("no-max-shift"),
            Suspect("max-from-finite", "0"),
            Suspect("softmax-over-heads"),
            #
            Suspect("split-reshaped"),
            Suspect("split-interleaved"),
            Suspect("heads-and-time-exchanged"),
            Suspect("scale-by-root-model"),
            Suspect("scale-by-model"),
            Suspect("rope-missing"),
            Suspect("rope-one-side", "the queries"),
            Suspect("rope-on-values"),
            Suspect("softcap-missing"),
            #
            Suspect("bfloat16", "queries, keys and values rounded", ("hundreds",)),
            Suspect("rope-twice"),
            Suspect("rope-positions", "queries one later"),
            Suspect("rope-backwards"),
            Suspect("rope-pairs"),
            Suspect("rope-mixed"),
            Suspect("rope-rates", "-i/d"),
            Suspect("k-and-v-before-rope", "exchanged"),
            Suspect("rope-past-again", "the new keys too"),
            Suspect("softcap-not-multiplied"),
        ),
    ),
}  # fmt: skip
