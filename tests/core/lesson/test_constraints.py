"""Constraints: the sentence where one is broken, and the sizes that follow when one size changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM
from attention_core.engine.errors import InputError
from attention_core.lesson.constraints import AtLeast, Multiple, Sum, resized, settled

LESSONS = {mechanism.key: mechanism for mechanism in CURRICULUM}


def cut(key: str, axis: str, size: int) -> dict[str, Any]:
    """The first preset's inputs with an axis cut to a size."""
    mechanism = LESSONS[key]
    return {
        name: np.array(value)[tuple(slice(size) if each == axis else slice(None) for each in mechanism.positions(name))]
        for name, value in mechanism.first.inputs.items()
    }


@pytest.mark.parametrize(
    ("key", "axis", "size", "options", "sentence"),
    [
        (
            "transparent-attention",
            "source",
            2,
            {},
            "S: needs 7 rows, one for each layer and one for the",
        ),
        ("pervasive-attention", "channel", 3, {}, 'K_1, axis "channel": must be 2 + 2, the channels it reads, not 3'),
        ("pervasive-attention", "top channel", 5, {}, 'W_o, axis "top channel": must be 6 + 2, the channels it reads'),
        (
            "pervasive-attention",
            "row offset",
            2,
            {},
            'M, axis "row offset": must be odd, so that a kernel has a',
        ),
        (
            "bottom-up-top-down",
            "corner",
            3,
            {},
            'boxes, axis "corner": must be 4 wide (left, top, right,',
        ),
        ("scene-captions", "feature", 5, {}, 'V, axis "feature": must be 12 wide, not 5'),
        ("date-translator", "symbol", 1, {}, 'X, axis "symbol": must be 39 wide, not 1'),
        ("mwan", "way", 3, {}, 'W_g, axis "way": has 3, but there are 4 ways to compare'),
        ("gau", "row", 1, {}, 'F_low, axis "row": has 1, but the coarse maps have '),
        ("stacked-latent-attention", "layer", 2, {}, "layers: is 3, but there are matrices for 2"),
        (
            "stacked-latent-attention",
            "joined",
            4,
            {},
            'W_v, axis "joined": must be 6 wide, twice the latent',
        ),
        ("abcnn-1", "channel", 1, {}, 'K, axis "channel": must be 2, one for words and one for attention, not 1'),
        ("ra-cnn", "quadrant", 3, {}, "W_a: needs four columns, one for each quarter, not 3"),
        ("ra-cnn", "class", 1, {"label": 2}, "label: must be one of 1 classes, not 2"),
        ("sab", "time", 3, {"k_att": 4}, "k_att: is 4, but there are 3 moments: nothing would ever be stored"),
        ("mqa-gqa", "query", 1, {"g": 3}, "g: 4 query heads cannot be shared out evenly among 3 key/value heads"),
    ],
)
def test_a_broken_constraint_says_so(key: str, axis: str, size: int, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as found:
        LESSONS[key].trace(cut(key, axis, size), **options)
    assert str(found.value).startswith(sentence)


@pytest.mark.parametrize("preset", [pytest.param((m, p), id=f"{m.key}-{p}") for m in CURRICULUM for p in m.presets])
def test_presets_keep_all_constraints(preset: Any) -> None:
    mechanism, name = preset
    given = mechanism.presets[name]
    known = {each: option.default for each, option in mechanism.options.items()} | dict(given.options)
    for each, value in given.inputs.items():
        known |= dict(zip(mechanism.positions(each), np.shape(value), strict=True))
    assert not [each for each in mechanism.constraints if each.is_broken(known)]


GATES = (Sum("gate", ("state",) * 4), Sum("whole", ("state", "feature")), AtLeast(("row",), ("coarse", 1)))


@pytest.mark.parametrize(
    ("axis", "wanted", "changed"),
    [
        ("state", 5, {"state": 5, "gate": 20, "whole": 8}),
        ("gate", 9, {"gate": 12, "state": 3, "whole": 6}),
        ("gate", 7, {"gate": 4, "state": 1, "whole": 4}),
        ("coarse", 6, {"coarse": 6, "row": 7}),
        ("row", 1, {"row": 3}),
    ],
)
def test_what_follows_from_a_size_follows(axis: str, wanted: int, changed: dict[str, int]) -> None:
    sizes = {"state": 2, "feature": 3, "gate": 8, "whole": 5, "coarse": 2, "row": 4}
    found = resized(GATES, sizes, {}, axis, wanted)
    assert found == {**sizes, **changed}


def test_a_condition_holds_only_for_its_choices() -> None:
    even = Multiple("feature", (2,), when=lambda known: known["position"] == "rotary")
    assert resized([even], {"feature": 4}, {"position": "rotary"}, "feature", 5) == {"feature": 6}
    assert resized([even], {"feature": 4}, {"position": "none"}, "feature", 5) == {"feature": 5}


def test_sizes_that_cannot_be_are_none() -> None:
    assert settled([Sum("way", (4,))], {"way": 3}, {}, fixed="way") is None
    assert settled([Sum("way", (4,))], {"way": 3}, {}) == {"way": 4}
    assert resized([Sum("way", (4,))], {"way": 4}, {}, "way", 3) == {"way": 4}
