"""Scenes of coloured shapes: typed, drawn, and captioned by trained weights.

training/captions.py computed the weights; data/weights/scene-captions.json says how well they do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from attention_core.blocks.recurrent import stack_rows
from attention_core.engine.axes import Axis, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, spoken
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Alignment, Picture, distinct
from attention_core.lesson.trained_weights import arrays, card

from .captioner import INPUTS, Weights, caption, outlined_regions

TASK = "scene-captions"
BEGIN = "<bos>"
END = "<eos>"
MOST_WORDS = 24
MOST_THINGS = 8
FEATURES: tuple[str, ...] = tuple(card(TASK)["features"])
WORDS: tuple[str, ...] = tuple(card(TASK)["words"])
COLOURS = FEATURES[:4]
SHAPES = FEATURES[4:8]
SIDE = 0.15  # of a typed thing, where the image is 1 wide
PIXELS = 64
PAINT = np.array(
    [
        [0.84, 0.22, 0.2],
        [0.2, 0.6, 0.3],
        [0.2, 0.42, 0.84],
        [0.93, 0.74, 0.14],
    ]
)


# --- typed ------------------------------------------------------------------------------------------------------------


@spoken("title", "about")
@dataclass(frozen=True)
class SceneText:
    """Text such as "red cross 10 20, blue star 70 50" as regions: V (region, feature). Places are per cent."""

    title: str = "The scene: colour, shape, and how far from the left and from the top, in per cent"
    about: str = f"{', '.join(COLOURS)}; {', '.join(SHAPES)}; at most {MOST_THINGS} things, commas between them"
    width: int = 760

    def fill(self, text: str) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
        """The inputs and labels that a text stands for. Raises InputError naming the first thing it cannot read."""
        plain = unicodedata.normalize("NFKC", text[:1000]).lower()
        parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", plain) if part.strip()]
        if not parts:
            raise InputError("text", "", say("is empty"))
        if len(parts) > MOST_THINGS or len(text) > 1000:
            raise InputError(
                "text",
                "",
                say("has more than {most_things} things, the most that can be read", most_things=MOST_THINGS),
            )
        regions = [self._region(part, f"thing {n}") for n, part in enumerate(parts, 1)]
        return {"V": regions}, {"region": tuple(parts), "feature": FEATURES}

    def _region(self, part: str, where: str) -> list[float]:
        found = re.fullmatch(r"(\S+) (\S+) ([0-9]{1,3}) ([0-9]{1,3})", part)
        if not found:
            raise InputError(
                "text", where, say("“{part}” is not a colour, a shape and two whole numbers", part=part[:40])
            )
        for word, known, kind in ((found[1], COLOURS, "colour"), (found[2], SHAPES, "shape")):
            if word not in known:
                raise InputError(
                    "text",
                    where,
                    say(
                        "“{word}” is no {kind} it was trained on ({listed})",
                        word=word[:40],
                        kind=kind,
                        listed=", ".join(known),
                    ),
                )
        x = int(found[3]) / 100
        y = int(found[4]) / 100
        if max(x, y) > 1:
            raise InputError("text", where, say("places go from 0 to 100"))
        return [*(float(each in found.groups()) for each in (*COLOURS, *SHAPES)), x, y, SIDE, SIDE]

    def spell(self, labels: Mapping[str, tuple[str, ...]]) -> str:
        """The text again."""
        return ", ".join(labels.get("region", ()))


# --- captioned --------------------------------------------------------------------------------------------------------


@lru_cache
def stacked_gates() -> Mapping[str, Array]:
    """The trained arrays, the four gates of a cell one below the other."""
    found = dict(arrays(TASK))
    cells = {"attention": ("W_1x", "W_1h", "b_1"), "language": ("W_2x", "W_2h", "b_2")}
    for owner, names in cells.items():
        for kind, name in zip("WUb", names, strict=True):
            found[name] = np.concatenate([found.pop(f"{owner} {kind}_{gate}") for gate in "ifgo"])
    return found


def weights(features: Axis) -> Weights:
    """Every array as a constant step with named axes."""
    known = {"feature": features, "word": Axis("word", WORDS)}

    def constant(name: str) -> Step:
        value = stacked_gates()[name]
        words = zip(INPUTS[name].axes, value.shape, strict=True)
        return source(name, value, tuple(known.get(word) or numbered(word, size) for word, size in words))

    return Weights(*map(constant, Weights._fields))


def caption_scene(V: Step) -> tuple[Step, Step]:
    """Alignment (time, region) and output (time, word) of V (region, feature): a row for each word and the end."""
    W = weights(V.axis("feature"))
    written = list[str]()
    begin = source("begin", np.eye(len(WORDS))[WORDS.index(BEGIN)], (W.E.axes[0],), "y^{(0)}")

    def next_word(p: Step | None) -> Step | None:
        if p is None:
            return begin
        written.append(WORDS[int(p.value.argmax())])
        return p if written[-1] != END and len(written) < MOST_WORDS else None

    alignments, probabilities = caption(V, W, next_word)
    times = Axis("time", tuple(written))
    return stack_rows(alignments, times, "alignment", "A"), stack_rows(probabilities, times, "output", "P")


def words_written(trace: Trace) -> tuple[str, ...]:
    """The words written, without the end sign."""
    return tuple(word for word in trace.output.axis("time").labels if word != END)


def card_summary() -> str:
    """The model card in two sentences."""
    found = card(TASK)
    scenes = found["accuracy"]["unseen scenes"]
    exact = found["accuracy"]["exact"]
    return (
        f"Trained for {found['training']['processor seconds']:.0f} seconds on scenes that a script made up; "
        f"of {scenes:,} it had never seen, {round(scenes * exact):,} were captioned without a mistake."
    )


# --- drawn ------------------------------------------------------------------------------------------------------------


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The scene at every word, regions outlined by their weights; and the alignment as a table."""
    V, alignment, probabilities = (trace[name] for name in ("V", "alignment", "output"))
    words = alignment.axis("time").labels
    known = probabilities.axis("word").labels
    likeliest = (sorted(zip(map(float, row), known, strict=True), reverse=True)[:3] for row in probabilities.value)
    table = Alignment(
        say("Rows: the words written. Columns: the regions. Beside each row: its likeliest words."),
        words,
        distinct(" ".join(label.split()[:2]) for label in alignment.axis("region").labels),
        tuple(tuple(map(float, row)) for row in alignment.value),
        tuple(tuple((name, share) for share, name in row if share >= 0.005) for row in likeliest),
        tuple(" ".join(words[: n + 1]) for n in range(len(words))),
    )
    return outlined_regions(words, alignment, region_boxes(V.value), painted_scene(V.value), 6), table


def region_boxes(V: Array) -> Array:
    """Left, top, right, bottom of every region, in pixels."""
    middle = PIXELS * V[:, 8:10] - 0.5
    half = PIXELS * np.abs(V[:, 10:12]) / 2
    return np.clip(np.hstack([middle - half - 0.5, middle + half + 0.5]), -0.5, PIXELS - 0.5)


def painted_scene(V: Array) -> Array:
    """Pixels (row, column, 3): every region in its colours and its likeliest shape; nan elsewhere."""
    pixels = np.full((PIXELS, PIXELS, 3), np.nan)
    for features in V:
        shares = np.clip(features[:4], 0, None)
        colour = shares @ PAINT / (shares.sum() or 1.0)
        pixels[_shape_mask(SHAPES[int(features[4:8].argmax())], *features[8:12])] = colour
    return pixels


def _shape_mask(shape: str, x: float, y: float, width: float, height: float) -> Array:
    """Where a shape lies; its distances are counted in halves of its sides."""
    places = (np.arange(PIXELS) + 0.5) / PIXELS
    half = np.maximum(np.abs([width, height]), 0.02) / 2
    dx = np.abs(places - x)[None, :] / half[0]
    dy = np.abs(places - y)[:, None] / half[1]
    inside = np.maximum(dx, dy) <= 1
    drawn = {
        "circle": dx**2 + dy**2 <= 1,
        "square": np.maximum(dx, dy) <= 0.9,
        "star": np.sqrt(np.minimum(dx, 1)) + np.sqrt(np.minimum(dy, 1)) <= 1.25,
        "cross": np.minimum(dx, dy) <= 0.34,
    }
    return np.asarray(inside & drawn[shape])
