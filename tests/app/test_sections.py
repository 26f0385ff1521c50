"""What the sections below the stage compute: slopes, differences, goals and pictures."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.io import to_json

from attention_core import CURRICULUM, Mechanism, Step
from attention_core.lesson.pictures import (
    Alignment,
    Arrows,
    Bars,
    ConvexHull,
    Curves,
    Images,
    Matrices,
    Picture,
    PositionAxis,
    ShadedText,
    ShapeChain,
    Timetable,
    Wiring,
)
from attention_stage.payload import payload
from attention_stage.structure import gallery
from tests.sampling import some, thinned
from ui import backward as backward_pass
from ui import difference, figures, picture_data
from ui.figures import charts, dominoes, plane_plots, sequences
from ui.lesson import literal
from ui.maps import heatmap, kind_of
from ui.plain import Figure, Unchecked
from ui.state import PRINTED, SECTIONS, Session

from .helpers import (
    KEYS,
    SCALED,
    TABLES,
    WORKED,
    computed,
    decoded,
    edited,
    element,
    every_mechanism,
    every_third,
    in_section,
    longer,
    opened,
    payload_of,
    preset_by_turns,
    shown_texts,
    some_preset,
    start,
    strict_json,
    unpacked,
    whole,
)

Edits = list[tuple[str, int, float]]
CHALLENGES = [
    pytest.param(mechanism, n, id=f"{mechanism.key}-{n + 1}")
    for mechanism in TABLES
    for n in range(len(mechanism.challenges))
]
every_challenge = pytest.mark.parametrize(("mechanism", "n"), CHALLENGES)


def filled(name: str, places: range, value: float) -> Edits:
    return [(name, place, value) for place in places]


# --- gradients -------------------------------------------------------------------------------------------------------


AT_KINKS = 4  # cells of one input that may stand where there are two slopes, as in a tie


@every_third(2)
def test_measured_slopes_agree_with_the_gradients(mechanism: Mechanism) -> None:
    numbers = start(mechanism).numbers
    cell = (0,) * numbers.trace.output.value.ndim
    backward = numbers.trace.gradients(at=cell)
    for name in (each for each, spec in mechanism.inputs.items() if not spec.switch):
        slopes, table = backward_pass.differences(numbers, cell, name), numbers.inputs[name]
        flows = f"gradient of {name}" in backward
        exact = backward[f"gradient of {name}"].value if flows else np.zeros(table.shape)
        assert list(slopes.values()) == pytest.approx([exact.flat[place] for place in slopes], rel=1e-6, abs=1e-6)
        nudged = min(table.size, backward_pass.checked(numbers))
        assert nudged - AT_KINKS <= len(slopes) <= nudged


@preset_by_turns
def test_an_input_without_a_gradient_is_named_and_never_one_that_has_one(mechanism: Mechanism, preset: str) -> None:
    numbers = start(mechanism, preset).numbers
    backward = numbers.trace.gradients(at=(0,) * numbers.trace.output.value.ndim)
    silent = backward_pass.without_gradient(numbers, backward)
    assert not [name for name in silent if f"gradient of {name}" in backward or mechanism.inputs[name].switch]


@pytest.mark.parametrize(("preset", "silent"), [("soft", []), ("argmax", ["e"]), ("sampled", ["e"])])
def test_the_page_says_where_no_gradient_flows(preset: str, silent: list[str]) -> None:
    mechanism = next(each for each in CURRICULUM if each.key == "soft-vs-hard-attention")
    numbers = start(mechanism, preset).numbers
    assert backward_pass.without_gradient(numbers, numbers.trace.gradients()) == silent
    assert all("moves nothing" in backward_pass.nothing_flows(numbers, (), name) for name in silent)


def test_a_slope_known_by_hand() -> None:
    """The output of one key is its value, whatever the query: slope 1 by the value and 0 by the query."""
    numbers = start(SCALED).numbers.resized("key", 1)
    assert backward_pass.differences(numbers, (0, 1), "V") == pytest.approx({0: 0, 1: 1})
    assert set(backward_pass.differences(numbers, (0, 1), "Q").values()) == {0.0}


# --- differences and entropy -----------------------------------------------------------------------------------------


def test_difference_known_by_hand() -> None:
    """One more in the first value of W_v: the values gain the first number of each token, 1, 0 and 1."""
    before, now = start(WORKED).numbers.trace, edited(WORKED, [("W_v", 0, 1.0)]).numbers.trace
    old, new, change = difference.difference(before["values"], now["values"])
    assert change.value.tolist() == [[1, 0, 0], [0, 0, 0], [1, 0, 0]]
    assert np.array_equal(old.value + change.value, new.value)
    assert change.arithmetic(0, 0).result == 1


@every_mechanism
def test_difference_to_itself_is_zero(mechanism: Mechanism) -> None:
    trace = start(mechanism).numbers.trace
    for step in (step for step in trace if np.isfinite(step.value).all()):
        assert not difference.difference(step, step)[2].value.any()


@pytest.mark.parametrize(
    ("shares", "bits"),
    [([1, 0], 0), ([0.5, 0.5], 1), ([0.25] * 4, 2), ([0.5, 0.25, 0.25], 1.5), ([1], 0), ([0.75, 0.25], 0.811278)],
)
def test_entropy_known_by_hand(shares: list[float], bits: float) -> None:
    assert difference.entropy(np.array([shares, shares[::-1]], dtype=float)) == pytest.approx([bits, bits], abs=1e-6)


def test_the_largest_mover_is_named() -> None:
    """A weight moves the output by exactly itself: the query that reads Key 1 most moves most."""
    session = edited(SCALED, [("V", 0, 2.0)])
    weights = session.numbers.trace["attention weights"].value[:, 0]
    page = whole(in_section(SCALED, "Since the preset", session))
    sentence = f"Largest mover: Query {weights.argmax() + 1}, value 1, from"
    assert sentence in shown_texts(page)
    assert f"({weights.max():+.4g})" in shown_texts(page)


@every_third(0)
def test_any_kind_of_step_can_be_compared(mechanism: Mechanism) -> None:
    name = next(name for name, spec in mechanism.inputs.items() if not spec.switch)
    session = edited(mechanism, [(name, 0, 0.375)])
    page = in_section(mechanism, "Since the preset", session)
    kinds = {kind_of(step.name): step for step in session.numbers.trace if np.isfinite(step.value).all()}
    for step in thinned([*kinds.values()][:: max(1, len(kinds) // 5)], 3):
        page.selectbox(key=f"change-{mechanism.key}").set_value(step.name).run()
        if np.array_equal(step.value, start(mechanism).numbers.trace[step.name].value):
            assert element(whole(page), "bidi_component", f"delta-{mechanism.key}") is None
            continue
        shown = decoded(payload_of(whole(page), f"delta-{mechanism.key}"))
        assert np.array_equal(shown["now"], step.value)
        assert np.array_equal(shown["change"], shown["now"] - shown["in the preset"])


def test_other_sizes_are_not_compared() -> None:
    session = Session(
        start(WORKED).numbers.resized("token", 2).resized("model", 3).resized("feature", 2).resized("value", 2)
    )
    page = whole(in_section(WORKED, "Since the preset", session))
    assert len(page.info) == 1


# --- challenges ------------------------------------------------------------------------------------------------------


def solved(mechanism: Mechanism, solution: Mapping[str, Any]) -> Session:
    """The first preset with a solution typed over it."""
    numbers = start(mechanism).numbers
    options = {name: solution.get(name, value) for name, value in numbers.options.items()}
    tables = {name: np.array(solution.get(name, table), dtype=float) for name, table in numbers.inputs.items()}
    session = start(mechanism)
    assert session.propose(numbers.with_(options=options, inputs=tables)), session.problem
    return session


@every_challenge
def test_challenge_is_open_at_first(mechanism: Mechanism, n: int) -> None:
    assert not mechanism.challenges[n].reached(start(mechanism).numbers.trace)


@every_challenge
def test_challenge_is_reached_by_editing(mechanism: Mechanism, n: int) -> None:
    session = solved(mechanism, mechanism.challenges[n].solution)
    assert mechanism.challenges[n].reached(session.numbers.trace)


@every_third(1)
def test_the_page_says_which_challenge_is_reached(mechanism: Mechanism) -> None:
    n = len(mechanism.challenges) - 1
    session = solved(mechanism, mechanism.challenges[n].solution)
    page = whole(in_section(mechanism, "Challenges", session))
    states = [text.value for text in page.markdown if "Reached" in text.value or "Not yet" in text.value]
    assert len(states) == len(mechanism.challenges)
    assert "Reached" in states[n]
    assert mechanism.challenges[n].goal in states[n]


# --- pictures --------------------------------------------------------------------------------------------------------


def built(picture: Picture) -> str:  # noqa: PLR0911 - a case for each kind of picture
    """The picture as the JSON that is sent to the browser."""
    if isinstance(picture, Matrices):
        return json.dumps(payload(picture.steps, gallery(picture.caption, picture.steps), mode="gallery"))
    if isinstance(picture, Alignment):
        return json.dumps(picture_data.alignment_data(picture))
    if isinstance(picture, ShapeChain):
        return json.dumps(dominoes.shape_chain_html(picture))
    if isinstance(picture, Wiring):
        return json.dumps(picture_data.wiring_data(picture))
    if isinstance(picture, Images):
        return json.dumps(picture_data.images_data(picture))
    if isinstance(picture, ShadedText):
        return json.dumps(picture_data.shaded_text_data(picture))
    chart = figures.CHARTS[type(picture)](picture)
    assert strict_json(sent(chart)) == strict_json(str(checked(chart).to_json())), "what Plotly would have sent"
    return sent(chart)


def sent(chart: Figure) -> str:
    return str(to_json(Unchecked(chart), validate=False))


def checked(chart: Figure) -> go.Figure:
    """The chart as an object of Plotly's, which refuses properties and values that it does not know."""
    return go.Figure(json.loads(sent(chart)))


def pictures(session: Session) -> tuple[Picture, ...]:
    draw = session.numbers.mechanism.picture
    return draw(session.numbers.trace) if draw else ()


def variants(mechanism: Mechanism, preset: str) -> Iterator[Session]:
    """The preset, and the preset with one or with equal tokens."""
    yield start(mechanism, preset)
    for axis, size in itertools.product(start(mechanism, preset).numbers.token_axes(), (1, 2)):
        numbers = start(mechanism, preset).numbers.resized(axis, size).with_labels(axis, ("is",) * size)
        if computed(numbers):
            yield Session(numbers)


def test_the_way_back_says_where_it_is_cut() -> None:
    trace = KEYS["sab"].trace()
    backward = trace.gradients(at=(11, 0))
    stops = backward_pass.stops_of(backward)({step: n for n, step in enumerate(backward)})
    assert [stop["title"] for stop in stops if "cut" in stop["words"]] == [f"time {t}/state" for t in (9, 6, 3)]
    page = in_section(KEYS["sab"], "Gradient")
    assert any("Cut on purpose: time 4, carried state;" in each.value for each in page.markdown)


def test_every_kind_of_picture_is_drawn() -> None:
    assert set(figures.DRAWN) == set(Picture.__subclasses__())


@some_preset
def test_every_picture_builds(mechanism: Mechanism, preset: str) -> None:
    for session in itertools.islice(variants(mechanism, preset), some(None, 3)):
        for picture in pictures(session):
            assert strict_json(built(picture))


@every_third(0)
def test_page_shows_every_picture_with_its_caption(mechanism: Mechanism) -> None:
    page = whole(opened(mechanism))
    captions = [caption.value for caption in page.caption]
    assert all(literal(picture.caption) in captions for picture in pictures(start(mechanism)))


def test_bars_of_equal_labels_stay_apart() -> None:
    figure = checked(charts.bars(Bars("", ("is", "a", "is"), {"one": (0.5, 0.25, 0.25)}, "weight")))
    assert len(set(figure.data[0].x)) == 3
    assert figure.data[0].y == (0.5, 0.25, 0.25)


def test_bars_take_numbers_for_names_of_their_labels() -> None:
    chart = checked(charts.bars(Bars("", ("hard", "0.1", "10"), {"one": (0.5, 0.25, 0.25)})))
    assert chart.layout.xaxis.type == "category"


def test_measured_points_are_drawn_as_dots_beside_the_curves() -> None:
    dots = {"counted": ((1.0, 2.0), (0.5, 3.0)), "drawn": ((4.0, 5.0),)}
    chart = charts.curves(Curves("", (0.0, 1.0), {"a": (1.0, 2.0)}, "time", "size", dots=dots))
    line, *points = checked(chart).data
    assert line.mode == "lines"
    assert [(each.name, each.x, each.y) for each in points] == [("counted", (1, 0.5), (2, 3)), ("drawn", (4,), (5,))]
    assert {each.mode for each in points} == {"markers"}


def test_what_failed_is_drawn_as_crosses() -> None:
    crosses = {"failed": ((1.0, 9.0),)}
    chart = charts.curves(Curves("", (0.0, 1.0), {"a": (1.0, 2.0)}, "time", "size", crosses=crosses))
    _, cross = checked(chart).data
    assert (cross.name, cross.x, cross.y, cross.marker.symbol) == ("failed", (1,), (9,), "x-thin")


def test_a_timetable_has_a_box_for_every_tick_worked() -> None:
    lanes = ((("read", "1"), ("write", "1")), (("read", "2"), ("", "")))
    figure = checked(sequences.timetable(Timetable("", {"two": lanes, "one": ((("write", "3"),),)})))
    boxes = [(each.name, each.y, each.base, each.text, each.showlegend) for each in figure.data]
    assert boxes == [
        ("read", (0, 1), (0, 0), ("1", "2"), True),
        ("write", (0,), (1,), ("1",), True),
        ("write", (0,), (0,), ("3",), False),
    ]


def test_curves_are_drawn_over_their_axis() -> None:
    figure = checked(charts.curves(Curves("", (0.0, 1.0), {"a": (1.0, 2.0), "b": (3.0, 4.0)}, "time", "size")))
    assert [(line.name, line.x, line.y) for line in figure.data] == [("a", (0, 1), (1, 2)), ("b", (0, 1), (3, 4))]
    assert figure.layout.xaxis.title.text == "time"
    assert figure.layout.yaxis.title.text == "size"


def test_ruler_nests_its_bars_and_shades_its_window() -> None:
    bars = {"wide": (0.5, 0.25), "narrow": (0.25, 0.1)}
    line = {"bell": ((3.0, 0.1), (4.0, 1.0))}
    axis = PositionAxis("", ("is", "is"), bars, "place", 3, line, {"window": (2.5, 3.5)}, {"centre": 3.2})
    figure = checked(sequences.position_axis(axis))
    wide, narrow, bell, centre = figure.data
    assert tuple(wide.x) == tuple(narrow.x) == (3, 4)
    assert wide.width > narrow.width
    assert figure.layout.barmode == "overlay"
    assert tuple(bell.y) == (0.1, 1.0)
    assert set(centre.x) == {3.2}
    assert [(shape.name, shape.x0, shape.x1) for shape in figure.layout.shapes] == [("window", 2.5, 3.5)]


def test_hull_goes_round_the_outer_values_only() -> None:
    square = {
        "a": (0.0, 0.0),
        "b": (2.0, 0.0),
        "c": (2.0, 2.0),
        "d": (0.0, 2.0),
        "middle": (1.0, 1.0),
        "edge": (1.0, 0.0),
    }
    hull = ConvexHull("", square, {"query": (1.0, 1.0)}, {"query": (0.25, 0.25, 0.25, 0.25, 0, 0)})
    figure = checked(plane_plots.convex_hull(hull))
    corners = set(zip(figure.data[0].x, figure.data[0].y, strict=True))
    assert corners == {(0, 0), (2, 0), (2, 2), (0, 2)}


@pytest.mark.parametrize(
    "values", [[(1.0, 1.0)], [(1.0, 1.0)] * 3, [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]], ids=["one", "equal", "in line"]
)
def test_hull_of_fewer_than_three_corners_builds(values: list[tuple[float, float]]) -> None:
    points = {str(n): point for n, point in enumerate(values)}
    hull = ConvexHull("", points, {"query": values[0]}, {"query": (1.0, 0.0, 0.0)[: len(values)]})
    assert checked(plane_plots.convex_hull(hull)).data


def test_names_of_arrows_never_cover_each_other() -> None:
    fan = {f"word {n}": (math.cos(n / 4), math.sin(n / 4)) for n in range(1, 12)}
    figure = checked(plane_plots.arrows(Arrows("", {"fan": fan, "bundle": dict.fromkeys(fan, (0.0, 1.0))})))
    names, bundle = (trace for trace in figure.data if trace.mode == "text")
    assert bundle.text == ("11 arrows",)
    written = [each for each in zip(names.text, names.textposition, names.x, names.y, strict=True) if each[0]]
    assert len(written) > 5
    boxes = [plane_plots._label((x, y), text, side, 1.25 * plane_plots.LINE_OF_ARROWS) for text, side, x, y in written]
    assert not any(plane_plots._covers(box, boxes[:n]) for n, box in enumerate(boxes))


# --- maps ------------------------------------------------------------------------------------------------------------


def test_a_map_with_room_holds_its_numbers() -> None:
    step = start(KEYS["illustrated-self-attention"], "causal").numbers.trace["masked scores"]
    (shown,) = heatmap(step, ())["data"]
    assert shown["text"][0] == ["2", "−∞", "−∞"]
    (large,) = heatmap(longer(SCALED, PRINTED + 1).numbers.trace["scores"], ())["data"]
    assert "text" not in large


def steps_of(mechanism: Mechanism) -> tuple[Step, ...]:
    trace = start(mechanism).numbers.trace
    return (*trace, *trace.gradients(at=(0,) * trace.output.value.ndim))


@pytest.mark.parametrize(("key", "name"), [("illustrated-self-attention", "masked scores"), ("senet", "U")])
def test_a_map_is_what_plotly_would_have_sent(key: str, name: str) -> None:
    step = start(KEYS[key], "causal" if name == "masked scores" else None).numbers.trace[name]
    chart = heatmap(step, (0,) * (step.value.ndim - 2))
    for trace in chart["data"]:
        assert trace["z"] == convert(unpacked(trace["z"]))
    assert strict_json(sent(chart)) == strict_json(str(checked(chart).to_json()))


def convert(array: np.ndarray) -> dict[str, str]:
    found: dict[str, str] = go.Figure(go.Heatmap(z=array)).to_dict()["data"][0]["z"]
    return found


@every_third(1)
def test_every_step_can_be_a_map(mechanism: Mechanism) -> None:
    """The first table of a step and the last; of steps that repeat through time, one of each kind."""
    for step in {kind_of(step.name): step for step in steps_of(mechanism)}.values():
        for leading in {tuple(size - 1 for size in step.value.shape[:-2]), (0,) * (step.value.ndim - 2)}:
            shown = heatmap(step, leading)["data"]
            z = unpacked(shown[leading[-1] if len(shown) > 1 else 0]["z"])
            wanted = np.atleast_2d(step.value[leading])
            assert np.array_equal(z, np.where(np.isfinite(wanted), wanted, np.nan), equal_nan=True)


def test_map_of_signed_numbers_has_zero_in_the_middle() -> None:
    chart = heatmap(SCALED.trace()["Q"], ())["data"][0]
    assert chart["zmin"] == -chart["zmax"] < 0
    assert heatmap(SCALED.trace()["attention weights"], ())["data"][0]["zmin"] == 0


# --- large finite numbers are legal ----------------------------------------------------------------------------------

LARGE = [
    pytest.param("illustrated-self-attention", [("X", 2, 1e155)], id="its gradient overflows"),
    pytest.param("illustrated-self-attention", [("X", 2, 1e200)], id="nudging it overflows"),
    pytest.param("illustrated-self-attention", [("W_v", 0, 1e308)], id="a value"),
    pytest.param("additive-attention", [("Q", 1, 1e308)], id="its dot product overflows"),
    pytest.param("scaled-dot-product-attention", [("V", 0, 1e308), ("V", 2, -1e308)], id="their difference overflows"),
    pytest.param("multi-head-attention", [("W_o", 4, 1e308)], id="the gradient of a head overflows"),
]


@pytest.mark.parametrize(("key", "edits"), LARGE)
@pytest.mark.parametrize("section", SECTIONS.values())
def test_no_section_breaks_on_numbers_that_compute(key: str, edits: Edits, section: str) -> None:
    mechanism = next(each for each in CURRICULUM if each.key == key)
    whole(in_section(mechanism, section, edited(mechanism, edits)))
