"""Sizes, names and limits of a learner's numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from attention_core import Mechanism
from attention_core.engine.axes import names
from attention_core.engine.errors import InputError
from attention_core.mechanisms.self_attention.masks.padding_mask import MECHANISM as BATCHED
from attention_core.mechanisms.the_zoo.transparent_attention.transparent_attention import MIXED
from attention_stage.views import is_image
from ui.brought import with_tables
from ui.state import MAPPED, PRINTED, Numbers, Session

from .helpers import (
    HEADS,
    HOSTILE,
    KEYS,
    SCALED,
    WORKED,
    computed,
    edited,
    every_mechanism,
    every_preset,
    longer,
    same,
    start,
)


@every_preset
def test_a_preset_is_itself(mechanism: Mechanism, preset: str) -> None:
    numbers = Numbers.of(mechanism, preset)
    assert numbers.is_preset
    assert numbers.edited() == []
    assert not numbers.is_large()


@every_mechanism
def test_one_changed_cell_makes_the_numbers_yours(mechanism: Mechanism) -> None:
    for name, table in start(mechanism).numbers.inputs.items():
        changed = start(mechanism).numbers.with_edits([(name, table.size - 1, 0.0625)])
        assert changed.edited() == [name]
        assert not changed.is_preset


@every_mechanism
def test_edits_leave_the_numbers_they_started_from(mechanism: Mechanism) -> None:
    numbers = start(mechanism).numbers
    numbers.with_edits((name, 0, 99.0) for name in numbers.inputs)
    assert same(numbers, start(mechanism).numbers)


@every_mechanism
def test_longer_axis_copies_the_last_token_and_adds_features_of_zero(mechanism: Mechanism) -> None:
    numbers = start(mechanism).numbers
    for axis, size in numbers.sizes().items():
        grown = resized(numbers, axis, size + 2)
        assert grown.sizes()[axis] == size + 2
        if axis not in bound(mechanism):
            assert grown.sizes() == {**numbers.sizes(), axis: size + 2}
        for name, table in beside(mechanism, axis, grown).items():
            kept = tuple(slice(0, n) for n in numbers.inputs[name].shape)
            assert np.array_equal(table[kept], numbers.inputs[name])
            if mechanism.positions(name) == (axis, axis):
                assert along_diagonals(table) == along_diagonals(numbers.inputs[name])
            elif axis in numbers.token_axes() and axis in mechanism.positions(name):
                where = mechanism.positions(name).index(axis)
                assert np.array_equal(table.take(-1, where), table.take(size - 1, where))
            else:
                assert np.count_nonzero(table) == np.count_nonzero(numbers.inputs[name])


def bound(mechanism: Mechanism) -> set[str]:
    """Axes that constraints tie to others or to numbers: how their sizes come about is in test_resizing.py."""
    tied = [vars(each).values() for each in mechanism.constraints if not getattr(each, "follows", False)]
    words = itertools.chain(*(part if isinstance(part, tuple) else (part,) for values in tied for part in values))
    return {word for word in words if isinstance(word, str)}


def resized(numbers: Numbers, axis: str, size: int) -> Numbers:
    """Exactly so many positions, whatever hangs together with them."""
    return (numbers.resized_alone if axis in bound(numbers.mechanism) else numbers.resized)(axis, size)


def beside(mechanism: Mechanism, axis: str, numbers: Numbers) -> dict[str, np.ndarray]:
    """The inputs of which the axis is not a part among others, end to end."""
    made_up = {whole for whole, parts in mechanism.blocks(numbers.options).items() if axis in parts}
    return {name: table for name, table in numbers.inputs.items() if not made_up & {*mechanism.positions(name)}}


def test_an_axis_grows_where_its_part_of_a_longer_one_ends() -> None:
    step = start(KEYS["attention-decoder-step"]).numbers
    wider, narrower = step.resized("encoder", 4).inputs["W_c"], step.resized("encoder", 1).inputs["W_c"]
    assert np.array_equal(wider, [[0.5, 0, 0.2, 0, 1, 0], [0, 0.5, -0.2, 0, 0, 1]])
    assert np.array_equal(narrower, [[0.5, 1, 0], [0, 0, 1]])
    assert np.array_equal(step.resized("decoder", 1).inputs["W_c"], [[0.5, 0, 0.2, 1]])
    both = start(KEYS["bahdanau-attention"]).numbers.resized("unit", 1)
    assert np.array_equal(both.inputs["U_a"], [[0.25, -1], [0.75, 0]])
    assert both.trace["annotations"].value.shape == (3, 2)


def test_a_layer_more_brings_a_row_of_logits_and_every_table_calls_it_by_one_name() -> None:
    for preset, layers in itertools.product(KEYS["transparent-attention"].presets, (1, 6, 8)):
        numbers = start(KEYS["transparent-attention"], preset).numbers.resized("layer", layers)
        again = numbers.with_(options={**numbers.options, "reads": MIXED})
        sources, levels = (again.trace[name].axes[0].labels for name in ("S", "levels"))
        assert len(levels) == layers + 1
        assert sources == again.trace["mixing weights"].axis("level").labels == levels
        assert levels[:2] == ("embeddings", "1")


def along_diagonals(table: np.ndarray) -> bool:
    return bool(np.array_equal(table[1:, 1:], table[:-1, :-1]))


@pytest.mark.parametrize(
    "mask", [np.tri(3), np.eye(3), np.ones((3, 3)), np.tri(3).T], ids=["past", "own", "all", "future"]
)
def test_a_mask_over_pairs_of_tokens_grows_in_its_own_pattern(mask: np.ndarray) -> None:
    grown = start(KEYS["causal-mask"]).numbers.with_input("visible", mask).resized("token", 7).inputs["visible"]
    assert np.array_equal(grown[:3, :3], mask)
    assert along_diagonals(grown)


@every_mechanism
def test_shorter_axis_keeps_the_first_positions(mechanism: Mechanism) -> None:
    numbers = start(mechanism).numbers
    for axis in numbers.sizes():
        for name, table in beside(mechanism, axis, resized(numbers, axis, 1)).items():
            where = tuple(slice(0, 1 if each == axis else None) for each in mechanism.positions(name))
            assert np.array_equal(table, numbers.inputs[name][where])


@every_mechanism
def test_there_and_back_is_the_same(mechanism: Mechanism) -> None:
    numbers = start(mechanism).numbers
    for axis, size in numbers.sizes().items():
        assert same(resized(resized(numbers, axis, size + 3), axis, size), numbers)


@every_mechanism
def test_token_axes_are_rows_with_names(mechanism: Mechanism) -> None:
    numbers = start(mechanism).numbers
    assert numbers.token_axes()
    for axis in numbers.token_axes():
        assert numbers.names(axis) == mechanism.first.labels[axis]


@every_mechanism
def test_names_follow_the_size(mechanism: Mechanism) -> None:
    for axis in start(mechanism).numbers.token_axes():
        given = mechanism.first.labels[axis]
        for size in (1, len(given), len(given) + 2):
            numbers = start(mechanism).numbers.resized(axis, size)
            made_up = tuple(f"{axis} {n + 1}" for n in range(len(given), size))
            assert numbers.names(axis) == (*given[:size], *made_up)
            first = numbers.trace.inputs[0]
            assert first.axes[0].size == numbers.sizes()[mechanism.positions(first.name)[0]]


@pytest.mark.parametrize("name", [*HOSTILE, "x" * 100_000, ""])
def test_any_name_is_carried_through_every_step(name: str) -> None:
    numbers = start(WORKED).numbers.with_labels("token", ("a", name, "c"))
    assert numbers.trace["attention weights"].axis("key").labels == ("a", name, "c")
    assert numbers.trace.output.axis("query").labels[1] == name


@every_mechanism
def test_twelve_tokens_are_printed_and_thirteen_are_not(mechanism: Mechanism) -> None:
    assert not longer(mechanism, PRINTED).numbers.is_large()
    assert longer(mechanism, PRINTED + 1).numbers.is_large()


def test_a_batch_is_refused_where_its_pairs_would_not_fit() -> None:
    """512 sentences of 512 tokens are 134 million pairs, though each table of them would do."""
    batch = start(BATCHED).numbers
    assert batch.batches() == {"sentence": "token"}
    for axis in ("sentence", "token"):
        batch = batch.resized(axis, MAPPED)
    with pytest.raises(InputError, match=r"^sentence: 512 times 262,144 pairs of tokens are too many"):
        _ = batch.trace
    assert batch.resized("sentence", 2).trace.output.value.shape[:2] == (2, MAPPED)


@every_mechanism
def test_many_features_are_large_as_well(mechanism: Mechanism) -> None:
    for axis in start(mechanism).numbers.sizes():
        numbers = start(mechanism).numbers.resized(axis, 2 * PRINTED)
        if computed(numbers):  # not where the size of one axis follows from that of another
            shown = [step for step in numbers.trace if axis in names(step.axes)]
            assert numbers.is_large() or all(map(is_image, shown))  # many pictures, each of them small


# --- tables of other sizes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_table_with_other_tokens_resizes_the_tables_beside_it(rows: int) -> None:
    session = start(SCALED)
    assert session.propose(with_tables(session.numbers, {"K": np.ones((rows, 3))}))
    assert session.numbers.inputs["V"].shape == (rows, 2)
    assert session.numbers.trace["scores"].value.shape == (2, rows)


def test_table_of_another_width_is_refused() -> None:
    session = start(SCALED)
    assert not session.propose(with_tables(session.numbers, {"K": np.ones((4, 5))}))
    assert session.problem == 'K, axis "feature": Q has 3 but K has 5'


def test_several_tables_at_once_may_bring_another_width() -> None:
    session = start(SCALED)
    assert session.propose(with_tables(session.numbers, {"Q": np.ones((2, 5)), "K": np.ones((4, 5))}))
    assert session.numbers.sizes()["feature"] == 5


def test_many_tokens_of_many_features_are_taken_where_no_step_holds_both() -> None:
    tables = {name: np.ones((MAPPED, 64)) for name in ("Q", "K", "V")}
    assert with_tables(start(SCALED).numbers, tables).trace.output.value.shape == (MAPPED, 64)


@pytest.mark.parametrize("key", ["additive-attention", "pervasive-attention"])
def test_many_tokens_of_many_features_are_refused_where_a_step_holds_both(key: str) -> None:
    numbers = start(KEYS[key]).numbers
    features = [axis for axis in numbers.sizes() if axis not in numbers.token_axes()]
    for axis in (*numbers.token_axes(), *features):
        numbers = numbers.resized(axis, MAPPED if axis in numbers.token_axes() else 64)
    with pytest.raises(InputError, match="pairs of tokens times"):
        _ = numbers.trace


def test_table_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ValueError, match=f"at most {MAPPED}"):
        with_tables(start(SCALED).numbers, {"K": np.ones((MAPPED + 1, 3))})


def test_bringing_tables_changes_no_other_number() -> None:
    numbers = with_tables(edited(WORKED, [("W_v", 0, 7.0)]).numbers, {"X": np.ones((2, 4))})
    assert numbers.edited() == ["X", "W_v"]
    assert numbers.options == start(WORKED).numbers.options


# --- a session -------------------------------------------------------------------------------------------------------


def test_valid_numbers_are_taken() -> None:
    session = Session(start(WORKED).numbers, refused=[("X", 0, 1.0)])
    session.proposals.refuse("", "something")
    assert session.propose(session.numbers.with_edits([("X", 0, 2.0)]))
    assert (session.problem, session.refused) == ("", [])
    assert session.numbers.edited() == ["X"]


def test_starting_a_preset_brings_its_options() -> None:
    session = start(HEADS)
    session.choose("one")
    assert session.numbers.options["h"] == 1
    assert session.numbers.is_preset


@pytest.mark.parametrize(
    ("mechanism", "edits", "sentence"),
    [
        (KEYS["causal-mask"], [("visible", 0, 0.0)], "visible, query Input 1: this query has nothing to attend to"),
        (
            KEYS["masked-multi-head-attention"],
            [("visible", 3, 0.0), ("visible", 4, 0.0)],
            "visible, query Input 2: this query has nothing to attend to",
        ),
        (
            KEYS["padding-mask"],
            [("real", 3, 0.0), ("real", 4, 0.0)],
            "real, sentence Short: this query has nothing to attend to",
        ),
        (KEYS["causal-mask"], [("visible", 1, 2.0)], "visible, row 1, column 2: is either 0 or 1, not 2"),
    ],
    ids=["causal", "heads", "padding", "neither 0 nor 1"],
)
def test_a_mask_that_cannot_be_used_leaves_the_last_result(
    mechanism: Mechanism, edits: list[tuple[str, int, float]], sentence: str
) -> None:
    session = start(mechanism)
    kept = session.numbers
    assert not session.propose(kept.with_edits(edits))
    assert session.problem == sentence
    assert session.numbers is kept


def test_a_refused_option_is_called_as_the_page_calls_it() -> None:
    session = start(KEYS["mqa-gqa"])
    numbers = session.numbers
    assert not session.attempt("", lambda: numbers.with_(options={**numbers.options, "g": 3}))
    title = KEYS["mqa-gqa"].options["g"].title
    assert session.problem == f"{title}: 4 query heads cannot be shared out evenly among 3 key/value heads"


@every_mechanism
def test_no_refusal_names_an_option_by_its_name_in_code(mechanism: Mechanism) -> None:
    for name, option in mechanism.options.items():
        if option.bounds:
            numbers = start(mechanism).numbers
            with pytest.raises(InputError) as refused:
                _ = numbers.with_(options={**numbers.options, name: option.bounds[1] + 1}).trace
            assert refused.value.field == option.title
