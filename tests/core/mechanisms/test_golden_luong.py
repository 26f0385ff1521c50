"""Luong's attention: what no single step shows, and how global and local attention hang together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from attention_core import CURRICULUM, Trace
from attention_core.engine.errors import InputError
from tests.core.helpers import assert_close
from tests.golden_numbers import at

MECHANISMS = {mechanism.key: mechanism for mechanism in CURRICULUM}
GLOBAL, LOCAL = MECHANISMS["luong-global-attention"], MECHANISMS["luong-local-attention"]
PREDICTED = LOCAL.options["centre"].choices[1]


def local(preset: str, inputs: dict[str, Any] | None = None, **options: Any) -> Trace:
    chosen = LOCAL.presets[preset]
    return LOCAL.trace({**chosen.inputs, **(inputs or {})}, chosen.labels, **{**chosen.options, **options})


def golden(path: str) -> Any:
    return at("luong-local-attention", path)


def drawn(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    shapes = {"H_s": (7, 3), "h_t": (3,), "W_p": (2, 3), "v_p": (2,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


# --- global attention ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("whole", "halves"), [("W_a_concat", ("W_a", "U_a")), ("W_c", ("W_c", "U_c"))])
def test_the_golden_matrix_on_both_vectors_is_our_two_side_by_side(whole: str, halves: tuple[str, str]) -> None:
    trace = GLOBAL.trace()
    found = np.hstack([trace[name].value for name in halves])
    assert found.tolist() == at("luong-global-attention", f"inputs.{whole}")


@pytest.mark.parametrize("seed", range(3))
def test_scores_are_those_of_the_paper_source_by_source(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = {"H_s": (7, 3), "h_t": (3,), "W_general": (3, 3), "W_a": (2, 3), "U_a": (2, 3), "v_a": (2,)}
    shapes |= {"W_location": (7, 3), "W_c": (5, 3), "U_c": (5, 3), "W_s": (11, 5)}
    W = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    h, both = W["h_t"], np.hstack([W["W_a"], W["U_a"]])
    rulers = {
        "dot": lambda row: h @ row,
        "general": lambda row: h @ W["W_general"] @ row,
        "concat": lambda row: W["v_a"] @ np.tanh(both @ np.concatenate([h, row])),
    }
    for score, ruler in rulers.items():
        assert_close(GLOBAL.trace(W, score=score)["scores"].value, [ruler(row) for row in W["H_s"]])
    placed = GLOBAL.trace(W, score="location")
    assert_close(placed["scores"].value, W["W_location"] @ h)
    other = GLOBAL.trace({**W, "H_s": -3 * W["H_s"]}, score="location")
    assert np.array_equal(other["attention weights"].value, placed["attention weights"].value)


def test_location_has_a_row_for_every_source_and_no_more() -> None:
    with pytest.raises(InputError, match=r"W_location.*H_s has 3 but W_location has 4"):
        GLOBAL.trace({"H_s": np.ones((3, 2))}, score="location")


def test_picture_shows_that_location_alone_does_not_see_the_source() -> None:
    _, seen = GLOBAL.picture(GLOBAL.trace())
    moved = {name: dict(zip(seen.labels, shares, strict=True)) for name, shares in seen.series.items()}
    assert [score for score, share in moved["another source"].items() if share == 0] == ["location"]
    assert min(moved["another state"].values()) > 0.1


# --- local attention -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "path"), [("edge", "local_m_t1"), ("monotonic", "local_m_t4"), ("predictive", "local_p")]
)
def test_the_window_holds_the_golden_positions(preset: str, path: str) -> None:
    trace = local(preset)
    assert (np.flatnonzero(trace["window"].value) + 1).tolist() == golden(f"steps.{path}.window_1based")
    assert (trace["scores"].value.size, trace.options["D"]) == (golden("inputs.S"), golden("inputs.D"))
    assert trace.options["D"] / 2 == golden("steps.local_p.sigma")


def test_the_bell_carries_the_golden_gradient_to_the_centre() -> None:
    trace, wanted = local("predictive"), golden("steps.local_p.dc_dp_t")
    found = [float(trace.gradients("context", (n,))["gradient of centre"].value) for n in range(2)]
    assert_close(found, wanted, 1e-12)
    sides = [local("predictive", {"v_p": [0.7 + nudge, 1]}) for nudge in (1e-5, -1e-5)]
    run = float(sides[0]["centre"].value - sides[1]["centre"].value)
    assert (sides[0].output.value - sides[1].output.value) / run == pytest.approx(wanted, abs=1e-8)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("renormalised", [False, True])
def test_the_gradient_of_the_centre_meets_finite_differences(seed: int, renormalised: bool) -> None:
    numbers, nudge = drawn(seed), np.array([1e-6, 0])
    trace, *sides = (
        LOCAL.trace({**numbers, "v_p": numbers["v_p"] + by}, centre=PREDICTED, D=3, renormalised=renormalised)
        for by in (0, nudge, -nudge)
    )
    found = [float(trace.gradients("context", (n,))["gradient of centre"].value) for n in range(3)]
    run = float(sides[0]["centre"].value - sides[1]["centre"].value)
    assert (sides[0].output.value - sides[1].output.value) / run == pytest.approx(found, abs=1e-6)
    if not renormalised:
        assert_close(trace["context slope"].value, found)


def test_without_the_bell_nothing_tells_the_centre_to_move() -> None:
    found = {step.name for step in local("alone").gradients("context", (0,))}
    assert "gradient of h_t" in found
    assert not {f"gradient of {name}" for name in ("window", "centre", "W_p", "v_p")} & found


@pytest.mark.parametrize("seed", range(3))
def test_a_window_over_everything_is_global_attention(seed: int) -> None:
    numbers = drawn(seed)
    trace = GLOBAL.trace(
        {"H_s": numbers["H_s"], "h_t": numbers["h_t"], "W_general": np.eye(3), "W_location": np.eye(7, 3)}
        | {name: np.ones((2, 3)) for name in ("W_a", "U_a", "W_c", "U_c")}
    )
    for centre in (LOCAL.options["centre"].choices[0], LOCAL.options["centre"].choices[2]):
        wide = LOCAL.trace(numbers, D=7, centre=centre)
        assert_close(wide["align"].value, trace["attention weights"].value)
        assert_close(wide["context"].value, trace["context"].value)


@pytest.mark.parametrize("seed", range(3))
def test_the_bell_takes_away_and_renormalising_gives_back(seed: int) -> None:
    trace = LOCAL.trace(drawn(seed), centre=PREDICTED, D=2, renormalised=True)
    assert trace["align"].value.sum() == pytest.approx(1)
    assert 0 < trace["weight sum"].value < 1
    assert trace["renormalised weights"].value.sum() == pytest.approx(1)


def test_halves_are_rounded_up_and_the_bell_keeps_them() -> None:
    """The sigmoid of 0 puts the centre of 5 sources at 2.5, which a computer's own rounding would make 2."""
    trace = LOCAL.trace({"H_s": np.ones((5, 2)), "v_p": [0, 0]}, centre=PREDICTED, D=1)
    assert trace["centre"].value == 2.5
    assert trace["window"].value.tolist() == [0, 1, 1, 1, 0]
    assert trace["bell"].value[1] == trace["bell"].value[2] > trace["bell"].value[3]


def test_a_window_of_one_reads_one_source_and_has_no_bell() -> None:
    assert local("monotonic", D=0)["context"].value.tolist() == LOCAL.first.inputs["H_s"][3]
    with pytest.raises(InputError, match=r"^D: must be at least 1"):
        local("predictive", D=0)


def test_the_centre_stays_at_the_last_source_when_time_goes_on() -> None:
    trace = local("monotonic", t=40)
    assert trace["centre"].value == 7
    assert np.flatnonzero(trace["align"].value).tolist() == [4, 5, 6]


@pytest.mark.parametrize("renormalised", [False, True])
def test_picture_puts_every_weight_into_the_window_and_the_mark_on_its_curve(renormalised: bool) -> None:
    ruler, moved = LOCAL.picture(local("predictive", renormalised=renormalised))
    start, end = ruler.lit["window"]
    outside = [n for n in range(7) if not start <= n + 1 <= end]
    assert all(heights[n] == 0 for heights in ruler.bars.values() for n in outside)
    assert len(ruler.bars) == 2 + renormalised
    x, y = moved.marks["your centre"]
    assert np.interp(x, moved.x, moved.series["window and bell"]) == pytest.approx(y, abs=0.01)


def test_picture_of_a_long_source_shows_what_is_near_the_window() -> None:
    trace = LOCAL.trace({"H_s": np.ones((500, 2))}, t=300)
    ruler, _ = LOCAL.picture(trace)
    assert len(ruler.labels) == 48
    assert ruler.first <= 298 < 302 < ruler.first + 48
    assert sum(ruler.bars["align"]) == pytest.approx(1)
