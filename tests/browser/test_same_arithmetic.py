"""The browser reads the expressions the core wrote: same values, same operand cells, same numbers in print.

No server: the stage's own script on an empty page, fed with the payloads the pages send.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from attention_core import CURRICULUM, Step, Trace
from attention_core.engine import expression as ex
from attention_core.engine.step import ancestors
from attention_stage.payload import payload
from attention_stage.structure import forward_stops
from tests.core.helpers import PRESET_CASES, RANDOM_CASES, Case, operands, parametrized
from tests.sampling import some
from ui.backward import stops_of as gradient_stops
from ui.reading.numbers import parse_number

from .kit import mount

SPELLED = 16  # cells of a step whose operands and words are compared; of every cell its value is
READ = """(most) => sheet.steps.filter((step) => step.expression).map((step) => {
  const nodes = [...step.values].map((_, offset) => sheet.grounded({ step, offset }));
  const apart = Math.ceil(nodes.length / most);
  const spelled = nodes.map((node, offset) => ({ node, offset })).filter(({ offset }) => offset % apart === 0);
  return {
    name: step.name,
    sent: [...step.values].map(String),
    values: nodes.map((node) => String(value(node))),
    cells: spelled.map(({ node, offset }) => ({
      offset,
      operands: operandCells(node).map((cell) => [cell.step.name, cell.offset]),
      numbers: typeset(node, "numbers"),
      spoken: spoken(node),
    })),
  };
})"""
RECOMPUTE = """() => {
  recompute(sheet.steps, sheet.steps);
  return sheet.steps.map((step) => [...step.values].map(String));
}"""
SHOW_ALL = """(most) => where.stops.flatMap((_, n) => {
  stage.open(n, { tell: false });
  const drawn = ({ step, offset }) => document.querySelector(`td[data-step="${step.id}"][data-offset="${offset}"]`);
  const placed = ({ dataset }) => `${dataset.step}:${dataset.offset}`; // a matrix may be drawn twice
  const cells = [...document.querySelectorAll("td[data-step]")];
  const some = (nodes) => nodes.filter((_, n) => n % Math.ceil(nodes.length / most) === 0);
  return where.drawn.flatMap((step) => some(cells.filter((td) => td.dataset.step === `${step.id}`)).map((shown) => {
    const cell = { step, offset: Number(shown.dataset.offset) };
    stage.show(cell, false);
    return {
      made: Boolean(step.expression),
      current: shown.classList.contains("current"),
      text: shown.textContent,
      numbers: document.querySelector(".numbers").textContent,
      lit: new Set([...document.querySelectorAll("td.lit")].map(placed)).size,
      wanted: step.expression ? operandCells(sheet.grounded(cell)).filter(drawn).length : 0,
    };
  }));
})"""
HUGE_FACTORS = {  # scores of about 1e308 or as near as quadratic growth allows
    "illustrated-self-attention": ("X", 1e153),
    "additive-attention": ("Q", 1e307),
    "scaled-dot-product-attention": ("Q", 4e307),
    "multi-head-attention": ("X", 1e153),
}


def huge(mechanism: Any) -> Case:
    name, factor = HUGE_FACTORS[mechanism.key]
    inputs = {**mechanism.first.inputs, name: np.multiply(mechanism.first.inputs[name], factor)}
    return Case(mechanism, "huge", inputs, dict(mechanism.first.options), dict(mechanism.first.labels))


def firsts(cases: list[Case]) -> list[Case]:
    """The first case of every mechanism."""
    found: dict[str, Case] = {}
    for case in cases:
        found.setdefault(case.mechanism.key, case)
    return list(found.values())


# Presets of one mechanism differ in their numbers; what differs in its steps is among the random cases.
FIRSTS = firsts(PRESET_CASES)
CASES = some([*FIRSTS, *RANDOM_CASES[::2]], [*FIRSTS[::20], *RANDOM_CASES[::32]])
HUGE = [huge(each) for each in CURRICULUM if each.key in HUGE_FACTORS]
every_forward = pytest.mark.parametrize("case", parametrized([*CASES, *HUGE]))
every_backward = pytest.mark.parametrize("case", parametrized(firsts(RANDOM_CASES)[:: some(2, 20)]))
some_of_them = pytest.mark.parametrize("case", parametrized([*FIRSTS[:: some(2, 12)], *some(HUGE, HUGE[:1])]))


def load(kit: Page, trace: Trace, stops: Callable[..., Any]) -> None:
    mount(kit, payload(trace.steps, stops, mode="lesson"))


def load_forward(kit: Page, case: Case) -> Trace:
    load(kit, case.trace, forward_stops(case.trace, {}))
    return case.trace


def assert_same(found: list[str], step: Step) -> None:
    """To 1e-12 of the largest number that went in: a sum that cancels keeps the rounding of its terms."""
    terms = (np.abs(each.value[np.isfinite(each.value)]).max(initial=0.0) for each in (step, *operands(step)))
    numbers = np.array([float(text.replace("Infinity", "inf")) for text in found])
    np.testing.assert_allclose(numbers, step.value.ravel(), rtol=1e-12, atol=1e-12 * max(terms))


def operand_cells(trace: Trace, name: str, offset: int) -> set[tuple[str, int]]:
    step = trace[name]
    cell = tuple(int(i) for i in np.unravel_index(offset, step.value.shape))
    operands = step.arithmetic(*cell).operands
    return {(read.name, int(np.ravel_multi_index(index, read.value.shape)) if index else 0) for read, index in operands}


def assert_agrees(kit: Page, trace: Trace) -> None:
    """What the browser computes for every cell, and what it says about some of each step."""
    for read in kit.evaluate(READ, SPELLED):
        step = trace[read["name"]]
        assert_same(read["sent"], step)
        assert_same(read["values"], step)
        for cell in read["cells"]:
            named = {(name, place) for name, place in cell["operands"]}
            assert named == operand_cells(trace, step.name, cell["offset"])
            assert cell["numbers"].startswith(("<math>", '<span class="term">'))
            assert not {"undefined", "NaN", "null"} & set(cell["numbers"].replace("<", " ").replace(">", " ").split())
            assert cell["spoken"]


@every_forward
def test_every_cell_of_every_step(kit: Page, case: Case) -> None:
    assert_agrees(kit, load_forward(kit, case))


@every_backward
def test_every_cell_of_every_gradient(kit: Page, case: Case) -> None:
    load(kit, case.gradients, gradient_stops(case.gradients))
    sent = tuple(step for step in ancestors(case.gradients.steps) if step.name)
    assert_agrees(kit, Trace(sent, case.gradients.output))


@every_forward
def test_recomputing_from_the_inputs_gives_the_servers_numbers(kit: Page, case: Case) -> None:
    trace = load_forward(kit, case)
    names = kit.evaluate("sheet.steps.map((step) => step.name)")
    for name, found in zip(names, kit.evaluate(RECOMPUTE), strict=True):
        if name in trace:
            assert_same(found, trace[name])


@some_of_them
def test_cells_of_every_step_can_be_shown(kit: Page, case: Case) -> None:
    load_forward(kit, case)
    shown = kit.evaluate(SHOW_ALL, SPELLED)
    assert len(shown) > 10
    for cell in shown:
        assert cell["current"]
        assert cell["text"]
        assert set("=≈") & set(cell["numbers"]) or not cell["made"]
        assert cell["lit"] == cell["wanted"]


# --- numbers in print ------------------------------------------------------------------------------------------------

NUMBERS = sorted(
    {0.0, 1.0, 0.005, 0.0049, 0.1, 1 / 3, 2.5, 0.995, 9.999, 12.345, 99.994, 100.0, 123.456, 4095.0, 99_999.0, 1e5}
    | {123456.7, 999_999.0, 1e6, 1234567.0, 1e10, 2.5e-3, 1e-5, 1e-300, 5e-324, 1.5e100, 1e308, 1.7976931348623157e308}
)
TIES = (0.125, 0.375, 0.625, 0.875, 1.125, 2.625, 12.625)  # eighths: halfway between two decimals, and exact


def signed(numbers: Any) -> list[float]:
    return [*numbers, *(-number for number in numbers if number)]


def in_arithmetic(kit: Page, number: float) -> str:
    """As the browser writes it inside arithmetic, in the words of the core."""
    parts = kit.evaluate("numberParts", number)
    digits = parts["digits"].replace("∞", r"\infty")
    power = rf"\cdot 10^{{{parts['power']}}}" if "power" in parts else ""
    return f"{'-' if parts['negative'] else ''}{digits}{power}"


def test_numbers_in_arithmetic_are_written_alike(kit: Page) -> None:
    for number in (*signed(NUMBERS), *signed(TIES)):
        assert in_arithmetic(kit, number) == ex.number(number), number


def test_what_is_no_number_is_written_alike(kit: Page) -> None:
    for number in ("Infinity", "-Infinity", "NaN"):
        parts = kit.evaluate(f"numberParts({number})")
        written = ("-" if parts["negative"] else "") + parts["digits"].replace("∞", r"\infty")
        assert written == ex.number(float(number.replace("Infinity", "inf"))), number


def test_a_cell_never_needs_more_than_six_characters(kit: Page) -> None:
    for number in signed(NUMBERS):
        text = kit.evaluate("cellText", number)
        assert len(text.lstrip("−")) <= 6, number
        assert text.startswith("−") == (number < 0 and float(text.replace("−", "-")) != 0), number


def test_cells_and_arithmetic_agree(kit: Page) -> None:
    for number in signed([n for n in NUMBERS if n == 0 or 0.005 <= n < 100]):
        assert kit.evaluate("cellText", number).replace("−", "-") == ex.number(number), number


# --- numbers as people type them -------------------------------------------------------------------------------------

TYPED = (
    "0.25", "1/4", "25%", "25 %", "-3", "−3", "+3", "1e308", "-1E-3", ".5", "5.", " 7 ", "1 / 3", "0", "-0", "1e-400",
    "50%/2", "–3", "1_000", "1/", "/4", "%", "", " ", "abc", "1/0", "0/0", "1e309", "nan", "inf", "-Infinity",
    "1/4/2", "--3", "1 2", "0x10", "1e", "½", "٣", "1/2%", "=1+1", "<b>1</b>",
)  # fmt: skip


def in_core(text: str) -> float:
    try:
        return parse_number(text)
    except (ValueError, ZeroDivisionError):
        return math.nan


def test_typed_numbers_are_read_alike(kit: Page) -> None:
    for text in TYPED:
        found = float(kit.evaluate("text => String(parseNumber(text))", text))
        assert found == pytest.approx(in_core(text), rel=1e-15, nan_ok=True), text


def test_a_decimal_comma_is_read_in_a_cell(kit: Page) -> None:
    assert kit.evaluate("parseNumber('0,25')") == 0.25
