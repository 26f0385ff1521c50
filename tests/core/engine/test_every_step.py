"""Formula, arithmetic and highlight are one fact: every mechanism, every step, forwards and backwards."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from attention_core import Step, Trace
from attention_core.engine import expression as ex
from attention_core.engine.expression.latex import _TEXT, _MinusOne
from attention_core.engine.functions import FUNCTIONS
from attention_core.engine.ops.rows import Softmax
from attention_core.engine.step import Arithmetic
from tests import sampling
from tests.core.helpers import (
    MECHANISMS,
    RANDOM_CASES,
    Case,
    every_case,
    grounded,
    one_each,
    operands,
    own_arithmetic,
    parametrized,
    prime_sizes,
    recomputed,
    telling_case,
    whole_case,
)
from tests.core.sizes import sums_of

MOST_CELLS = 5  # of a step whose every cell is worked out with `--all`
CROWDED = {"pervasive-attention"}  # as many different sizes would make far too many numbers


def steps_of(case: Case) -> Iterator[Step]:
    """Forwards and backwards; of steps that repeat through time those at the start and the last."""
    for trace in (case.trace, case.gradients):
        yield from (step for step in trace if is_telling(step, trace))


def is_telling(step: Step, trace: Trace) -> bool:
    if step.time is None:
        return True
    series, time = step.time
    times = sorted(trace.series[series][step.base_name])
    return time in (*times[:2], times[-1])


def computed(case: Case) -> Iterator[Step]:
    return (step for step in steps_of(case) if step.primitive is not None)


def sampled(case: Case, step: Step, most: int = 3) -> list[tuple[int, ...]]:
    """The first cell, the last one, and the smallest, which a mask hides, if it hides any; with `--all` others too."""
    size = step.value.size
    telling = (0, size - 1, int(step.value.argmin()))
    flat = dict.fromkeys((*telling, *map(int, case.rng(step.name).permutation(size))))
    return [
        tuple(int(i) for i in np.unravel_index(place, step.value.shape))
        for place in [*flat][: most + 3 * sampling.everything]
    ]


def arithmetic_of(case: Case, step: Step) -> list[tuple[tuple[int, ...], Arithmetic]]:
    """Of the sampled cells, kept for the tests that follow: working it out takes longer than most checks."""
    if step not in case.worked:
        case.worked[step] = [(cell, step.arithmetic(*cell)) for cell in sampled(case, step)]
    return case.worked[step]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_random_sizes_differ_from_each_other(mechanism) -> None:
    own = [size for axis, size in prime_sizes(mechanism).items() if axis not in sums_of(mechanism)]
    assert mechanism.key in CROWDED or len(set(own)) == len(own)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_random_sizes_along_one_table_differ(mechanism) -> None:
    lengths, sums = prime_sizes(mechanism), sums_of(mechanism)
    for name in mechanism.inputs:
        for a, b in itertools.combinations(dict.fromkeys(mechanism.positions(name)), 2):
            assert lengths[a] != lengths[b] or sums.get(a) == (b,) or sums.get(b) == (a,)


@whole_case
def test_every_cell_equals_its_own_arithmetic(case: Case) -> None:
    for step in steps_of(case):
        if sampling.everything or step.value.size <= MOST_CELLS:
            assert_adds_up(own_arithmetic(step), step.value, step)
            continue
        cells = sampled(case, step, MOST_CELLS)
        found = [ex.evaluate(grounded(step, cell)) for cell in cells]
        assert_adds_up(found, [step.value[cell] for cell in cells], step)


def assert_adds_up(found: Any, wanted: Any, step: Step) -> None:
    """Close, as seen from the largest number that went in: what cancels keeps the rounding of its terms."""
    terms = [np.abs(each.value[np.isfinite(each.value)]).max(initial=0.0) for each in (step, *operands(step))]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12 * max(terms))
    assert np.shape(found) == np.shape(wanted)


@telling_case
def test_arithmetic_reports_the_cell_and_shown_operands_only(case: Case) -> None:
    for step in steps_of(case):
        for cell, arithmetic in arithmetic_of(case, step):
            assert arithmetic.result == step.value[cell]
            assert arithmetic.operands or step.formula
            assert {operand for operand, _ in arithmetic.operands} <= {step, *operands(step)}
            assert all(operand.name for operand, _ in arithmetic.operands)


@telling_case
def test_arithmetic_is_typeset_with_balanced_braces(case: Case) -> None:
    for step in steps_of(case):
        for _, arithmetic in arithmetic_of(case, step):
            assert_typeset(arithmetic.symbols)
            assert_typeset(arithmetic.numbers)


def assert_typeset(latex: str) -> None:
    assert latex.strip()
    for opening, closing in ("{}", "()"):
        depth = [0, *itertools.accumulate((each == opening) - (each == closing) for each in latex)]
        assert min(depth) == depth[-1] == 0, latex


@telling_case
def test_typeset_arithmetic_read_back_gives_the_cell(case: Case) -> None:
    """Signs and brackets: the text a learner sees, with all digits, is the sum it claims to be."""
    exact = _TEXT | {"constant": all_digits_of_constant, "cell": lambda step, index: all_digits(step.value[index])}
    for step in computed(case):
        for cell in sampled(case, step):
            found = read_back(str(ex.fold(grounded(step, cell), exact)))
            scale = np.abs(step.value[np.isfinite(step.value)]).max(initial=0.0)
            assert found == pytest.approx(step.value[cell], rel=1e-9, abs=1e-9 * max(scale, 1.0))


def all_digits_of_constant(value: float, symbol: str = "") -> str:
    return _MinusOne("-1") if value == -1 else all_digits(value)


def all_digits(value: float) -> str:
    return r"-\infty" if value == -math.inf else np.format_float_positional(value, trim="-")


def read_back(latex: str) -> float:
    """The LaTeX of an arithmetic as Python; only the notations the core writes are known."""
    functions, words = notations()
    spelled = {
        r"\operatorname{argmax}": "argmax",
        **functions,
        r"\frac{": "frac(",
        "}{": ",",
        "}": ")",
        r"\cdot": "*",
        r"\infty": "inf",
        " = ": " == ",
        "[": "float(",
        "]": ")",
        "\\": "",
    }
    latex = re.sub(r"\\in \\max_\{(\d+)\}\(", r">= nth(\1, ", latex)
    for notation, python in spelled.items():
        latex = latex.replace(notation, python)
    known = {
        **{name: function.cell for name, function in FUNCTIONS.items()},
        **words,
        **vars(math),
        **{"frac": lambda a, b: a / b, "float": float},
        "max": lambda *items: max(items),
        "min": lambda *items: min(items),
        "argmax": lambda *items: 1 + items.index(max(items)),
        "nth": lambda k, *items: sorted(items)[-k],
        "ln": lambda x: math.log(x) if x else 0.0,  # only ever times that x
    }
    return eval(latex, {"__builtins__": {}}, known)


def notations() -> tuple[dict[str, str], dict[str, Any]]:
    """Of the functions of one number, what their notation is in Python; and what a word such as sin stands for."""
    spelled, words = {r"^2": "**2"}, {}
    for name, function in FUNCTIONS.items():
        if "{base}" in function.latex or "{factor}" in function.latex or r"\max" in function.latex:
            continue  # made of what is known already
        before, after = function.latex.format(x="|x|").split("|x|")
        if word := re.fullmatch(r"\\([a-z]+)\(", before):
            words[word[1]] = function.cell
        elif before != "[":
            spelled[before] = f"{name}("
        if before != "[" and after not in ("}", ")"):
            spelled[after] = ")"
    return spelled, words


@telling_case
def test_unlit_cells_cannot_change_the_result(case: Case) -> None:
    for step in computed(case):
        same = recomputed(step, {operand: operand.value for operand in operands(step)})
        for cell, arithmetic in arithmetic_of(case, step):
            lit = set(arithmetic.operands)
            changed = {operand: scrambled(case, operand, lit) for operand in operands(step)}
            assert recomputed(step, changed)[cell].tobytes() == same[cell].tobytes(), (step, cell)


def scrambled(case: Case, operand: Step, lit: set[ex.Leaf]) -> np.ndarray:
    """Other numbers everywhere but in the lit cells."""
    value = case.rng(f"scramble {operand.name}").normal(size=operand.value.shape)
    for owner, cell in lit:
        if owner is operand:
            value[cell] = operand.value[cell]
    return value


@telling_case
def test_some_lit_cell_changes_the_result(case: Case) -> None:
    for step in computed(case):
        if is_alone(step):
            continue  # whoever is alone has the whole share, always
        for cell, arithmetic in arithmetic_of(case, step):
            # A hidden cell stays 0 or minus infinity whatever one operand does.
            if step.value[cell] not in (0, -math.inf):
                lit = arithmetic.operands
                # A choice notices only what overturns it.
                assert any(moves(step, cell, leaf, by) for by in (0.75, -1e3, 1e2) for leaf in lit), (step, cell)


def is_alone(step: Step) -> bool:
    return isinstance(step.primitive, Softmax) and step.size(step.primitive.along) == 1


def moves(step: Step, cell: tuple[int, ...], leaf: ex.Leaf, by: float = 0.75) -> bool:
    operand, place = leaf
    value = operand.value.copy()
    value[place] = value[place] + by if np.isfinite(value[place]) else 0.5
    return bool(recomputed(step, {operand: value})[cell] != step.value[cell])


@pytest.mark.parametrize("case", parametrized(sampling.some(RANDOM_CASES, one_each(RANDOM_CASES, "lit")[::2])))
def test_every_lit_cell_of_an_open_trace_changes_the_result(case: Case) -> None:  # noqa: C901 - loops over all cells
    """Nothing is lit in vain: with no zero and no mask about, each operand cell has its say."""
    if any(np.isinf(step.value).any() for step in case.trace):
        pytest.skip("behind a mask a lit cell may be idle")
    for step in filter(is_smooth, case.trace.computed):
        if is_alone(step):
            continue  # whoever is alone has the whole share, always
        if step.name == "token 1/output":
            continue  # a token that sees itself alone reads its own value, whatever it asks
        if not all(operand.value.all() for operand in operands(step)):
            continue  # what is multiplied by the 0 of a choice has no say
        for cell, arithmetic in arithmetic_of(case, step):
            if step.name == "antisymmetric part" and len(set(cell)) == 1:
                continue  # on its diagonal, a number is taken from itself
            for leaf in arithmetic.operands:
                # A saturated softmax hears only what is loud enough to turn it.
                assert any(moves(step, cell, leaf, by) for by in (0.75, -1e2, 1e2)), (step, cell)


def is_smooth(step: Step) -> bool:
    """Whether every nudge shows: a maximum, a choice or a step function may not notice one."""
    words = json.dumps(ex.encode(step.expression, lambda operand: 0))
    return not any(f'"{word}"' in words for word in ("max", "min", "top", "relu", "positive", "floor", "choose"))


@telling_case
def test_recomputing_from_the_same_operands_changes_nothing(case: Case) -> None:
    """The tool of the two tests above: without this they could pass on a wrong rebuild."""
    for step in computed(case):
        assert np.array_equal(recomputed(step, {}), step.value)


@telling_case
def test_expressions_travel_to_the_browser_as_json(case: Case) -> None:
    for step in steps_of(case):
        readers = {operand: n for n, operand in enumerate((step, *operands(step)))}
        tree = json.loads(json.dumps(ex.encode(step.expression, readers.__getitem__), allow_nan=False))
        for cell in sampled(case, step):
            spot = dict(zip((axis.name for axis in step.axes), cell, strict=True))
            assert_adds_up(ex.evaluate(ex.ground(decoded(tree, list(readers)), spot)), step.value[cell], step)


def decoded(tree: list, steps: list[Step]) -> ex.Expression:
    op, *args = tree
    if op == "cell":
        return ex.cell(steps[args[0]], tuple(map(index_of, args[1])))
    if op == "constant":
        # JSON has no infinities; the only one the core writes is the mask's.
        return ex.constant(-math.inf if args[0] is None else args[0], *args[1:])
    if op == "position":
        return ex.position(index_of(args[0]))
    if op == "piece":
        return ex.piece(index_of(args[0]), tuple(args[1]), tuple(decoded(part, steps) for part in args[2:]))
    if op == "top":
        return ex.top(args[0], index_of(args[1]), decoded(args[2], steps))
    return ex.Expression(op, tuple(decoded(part, steps) if isinstance(part, list) else part for part in args))


def index_of(tree: list) -> ex.Index:
    offset, *terms = tree
    return ex.Index(tuple((base if isinstance(base, str) else index_of(base), *rest) for base, *rest in terms), offset)


@every_case
def test_step_names_are_unique_and_every_operand_comes_earlier(case: Case) -> None:
    seen: dict[Step, str] = {}
    for step in case.trace:
        assert step.name not in seen.values()
        assert all(operand in seen for operand in operands(step) if operand.name)
        seen[step] = step.name


@every_case
def test_values_are_read_only_and_unnamed_steps_hidden(case: Case) -> None:
    for step in steps_of(case):
        assert step.is_shown
        assert not step.value.flags.writeable
