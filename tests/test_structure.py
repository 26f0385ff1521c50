"""How the house is built: what is public, what may import what, and what every mechanism brings."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import attention_core
from attention_core import CURRICULUM, Mechanism, Trace
from attention_core.engine.errors import InputError
from attention_core.lesson.mechanism import BOXES
from attention_core.lesson.pictures import (
    Alignment,
    ArcDiagram,
    Arcs,
    Arrows,
    Bars,
    ContourMap,
    ConvexHull,
    Curves,
    Images,
    Matrices,
    Panel,
    Picture,
    PositionAxis,
    ShadedText,
    ShapeChain,
    Timetable,
    Wiring,
)
from attention_core.mechanisms import HISTORY
from tests.core.helpers import (
    EVERY,
    PRESET_CASES,
    READ_CASES,
    Case,
    assert_close,
    each_input,
    every_case,
    parametrized,
    random_inputs,
)
from tests.core.sizes import smallest_sizes

ROOT = Path(attention_core.__file__).parents[1]
LAYERS = ("attention_core", "attention_stage", "ui", "pages")


# --- imports ---------------------------------------------------------------------------------------------------------

CORE = "attention_core"
# What each part may import besides itself and NumPy. Names are packages; a mechanism may use all below it.
MAY_IMPORT = {
    "engine": set(),
    "export": {"engine"},
    "blocks": {"engine"},
    "operator": {"engine", "blocks"},
    "diagnosis": {"engine", "blocks", "operator"},
    "lesson": {"engine"},
    "mechanisms": {"engine", "blocks", "operator", "lesson"},
    "models": {"engine", "blocks"},
}
# Steps and traces show and export themselves: methods of a lower layer that call an upper one when they are called.
SHOWS = {"attention_core.export.notebook": {"attention_stage"}}  # likewise, where it is installed
LATE = {("engine.step", "export.notebook"), ("engine.trace", "export.notebook"), ("engine.trace", "export.script")}


def files(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py"))


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for layer in LAYERS for file in files(layer)}


def imported(file: Path) -> Iterator[str]:
    """The full name of every module a file imports, relative imports and imports inside of functions included."""
    package = module_of(file) if file.name == "__init__.py" else module_of(file).rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inside = f"{base}.{alias.name}"
                yield inside if inside in MODULES else base


def within(file: Path) -> set[str]:
    """What a file of the core imports of the core, each as a name below it."""
    return {name.removeprefix(f"{CORE}.") for name in imported(file) if name.startswith(f"{CORE}.")}


def part_of(name: str) -> str:
    return name.partition(".")[0]


CORE_FILES = {module_of(file).removeprefix(f"{CORE}."): file for file in files(CORE) if file.parent.name != CORE}
named = pytest.mark.parametrize("name", CORE_FILES)


def test_public_names_are_exactly_these() -> None:
    assert attention_core.__all__ == ["CURRICULUM", "Mechanism", "Step", "Trace", "attention", "diagnose"]
    assert all(hasattr(attention_core, name) for name in attention_core.__all__)


def test_the_core_needs_numpy_only() -> None:
    for file in files(CORE):
        needed = {part_of(name) for name in imported(file)} - SHOWS.get(module_of(file), set())
        assert needed <= {CORE, "numpy", *sys.stdlib_module_names}, file


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_downwards_only(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"app"}
    for file in files(layer):
        assert not above & {part_of(name) for name in imported(file)} - SHOWS.get(module_of(file), set()), file


def test_the_payload_of_any_trace_needs_no_page() -> None:
    """Notebooks and the pages without a server make it where there is no Streamlit."""
    for file in files("attention_stage"):
        needed = {CORE, "attention_stage", "numpy", "latex2mathml", *sys.stdlib_module_names}
        needed |= {"anywidget", "traitlets"} if file.stem == "notebook" else set()
        assert {part_of(name) for name in imported(file)} <= needed, file


def test_the_payload_of_a_lesson_needs_no_streamlit() -> None:
    script = "import sys, tools.site.answers, ui.export, ui.messages; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


def test_the_core_has_these_parts() -> None:
    found = {folder.name for folder in (ROOT / CORE).iterdir() if list(folder.glob("*.py"))}
    assert found == set(MAY_IMPORT)


@named
def test_an_inner_part_imports_no_outer_one(name: str) -> None:
    for other in within(CORE_FILES[name]):
        allowed = part_of(other) in MAY_IMPORT[part_of(name)] | {part_of(name)}
        assert allowed or (name, other) in LATE, f"{name} imports {other}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    """In the order of the sorter every module stands after all it imports; where there is a circle, it names it."""
    graph = {
        name: {other for other in within(file) if (name, other) not in LATE and other != name}
        for name, file in CORE_FILES.items()
    }
    TopologicalSorter(graph).prepare()


# --- where a lesson lives --------------------------------------------------------------------------------------------


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower().replace("’", "")).strip("_")


LESSON_FILES = {
    name: module.MECHANISM
    for name in CORE_FILES
    if hasattr(module := importlib.import_module(f"{CORE}.{name}"), "MECHANISM")
}
PLACES = {mechanism.key: name for name, mechanism in LESSON_FILES.items()}


def test_every_mechanism_file_is_in_the_curriculum() -> None:
    assert {id(mechanism) for mechanism in LESSON_FILES.values()} == {id(mechanism) for mechanism in CURRICULUM}
    assert len(LESSON_FILES) == len(CURRICULUM)


@pytest.mark.parametrize("mechanism", EVERY)
def test_a_lesson_is_found_by_its_key(mechanism: Mechanism) -> None:
    """mechanisms/<section>/<key>.py; or in the folder of its family, or of its own key where it has helpers."""
    _, section, *folder, file = PLACES[mechanism.key].split(".")
    own = mechanism.key.replace("-", "_")
    assert file == own
    assert section == slug(mechanism.section)
    assert folder in ([slug(mechanism.family)], [own]) if folder else not mechanism.family


@pytest.mark.parametrize("mechanism", EVERY)
def test_words_have_the_key_of_their_lesson(mechanism: Mechanism) -> None:
    assert (ROOT / "assets" / "lessons" / "en" / f"{mechanism.key}.md").is_file()


def test_data_has_the_key_of_its_lesson() -> None:
    keys = {mechanism.key for mechanism in CURRICULUM}
    for file in (ROOT / CORE / "data").rglob("*.*"):
        assert file.stem in {*keys, "han-reviews-other", "digits"}, file


@named
def test_a_helper_of_lessons_is_imported_from_its_own_folder_only(name: str) -> None:
    """Files beside lessons serve the lessons of their folder and of the folders in it."""
    for other in within(CORE_FILES[name]):
        if part_of(other) == "mechanisms" and other not in LESSON_FILES and name != "mechanisms":
            folder = other if CORE_FILES[other].name == "__init__.py" else other.rpartition(".")[0]
            home = folder if other != folder else other.rpartition(".")[0]
            assert name == home or name.startswith(f"{home}."), f"{name} imports {other}"


# --- the curriculum --------------------------------------------------------------------------------------------------


def test_history_has_every_lesson_once_and_years_never_fall() -> None:
    assert sorted(each.key for each in HISTORY) == sorted(each.key for each in CURRICULUM)
    years = [each.year for each in HISTORY]
    assert years == sorted(years)


def test_a_section_and_a_family_stand_together() -> None:
    for attribute in ("section", "family"):
        found = [getattr(each, attribute) for each in CURRICULUM]
        runs = [name for name, _ in groupby(found) if name]
        assert len(set(runs)) == len(runs), attribute


def test_keys_and_titles_are_unique() -> None:
    for attribute in ("key", "title"):
        found = [getattr(mechanism, attribute) for mechanism in CURRICULUM]
        assert len(set(found)) == len(found)


@pytest.mark.parametrize("mechanism", EVERY)
def test_record_is_complete(mechanism: Mechanism) -> None:
    assert mechanism.key == mechanism.key.lower().strip().replace(" ", "-")
    texts = [mechanism.title, mechanism.section, mechanism.insight, mechanism.in_transformer, *mechanism.papers]
    texts += [spec.meaning for spec in mechanism.inputs.values()]
    texts += [option.title for option in mechanism.options.values()]
    texts += [text for challenge in mechanism.challenges for text in (challenge.goal, challenge.hint)]
    texts += [text for preset in mechanism.presets.values() for text in (preset.title, preset.note)]
    assert mechanism.papers
    assert mechanism.boxes
    assert set(mechanism.boxes) <= set(BOXES)
    assert mechanism.presets
    assert all(text.strip() == text != "" for text in texts)


@pytest.mark.parametrize("mechanism", EVERY)
def test_related_lessons_are_others(mechanism: Mechanism) -> None:
    assert set(mechanism.related) <= {each.key for each in CURRICULUM} - {mechanism.key}


@pytest.mark.parametrize("mechanism", EVERY)
def test_every_mechanism_has_its_year(mechanism: Mechanism) -> None:
    assert str(mechanism.year) in years(mechanism.papers[0])


@pytest.mark.parametrize("mechanism", EVERY)
def test_a_lesson_opens_at_a_step_it_has(mechanism: Mechanism) -> None:
    assert not mechanism.opens or mechanism.trace()[mechanism.opens].primitive


@pytest.mark.parametrize("mechanism", EVERY)
def test_run_takes_exactly_the_inputs_and_options_and_cites_its_paper(mechanism: Mechanism) -> None:
    assert list(inspect.signature(mechanism.run).parameters) == [*mechanism.inputs, *mechanism.options]
    assert not set(mechanism.inputs) & set(mechanism.options)
    assert any(year in mechanism.run.__doc__ for paper in mechanism.papers for year in years(paper))


def years(paper: str) -> list[str]:
    return [word.strip(",.") for word in paper.split() if word.strip(",.").isdigit() and len(word.strip(",.")) == 4]


@pytest.mark.parametrize("case", parametrized([*PRESET_CASES, *READ_CASES]))
def test_preset_runs_with_its_own_labels(case: Case) -> None:
    assert set(case.inputs) == set(case.mechanism.inputs)
    assert set(case.options) <= set(case.mechanism.options)
    shown = {
        base: axis.labels
        for name in case.mechanism.inputs
        for axis, base in zip(case.trace[name].axes, case.mechanism.positions(name), strict=True)
    }
    for axis, labels in case.labels.items():
        assert shown[axis] == labels


@pytest.mark.parametrize("mechanism", EVERY)
def test_first_preset_is_what_an_empty_call_shows(mechanism: Mechanism) -> None:
    preset = mechanism.first
    shown = mechanism.trace()
    for step, other in zip(shown, mechanism.trace(preset.inputs, preset.labels, **preset.options), strict=True):
        assert (step.name, step.axes) == (other.name, other.axes)
        assert np.array_equal(step.value, other.value)


@pytest.mark.parametrize("mechanism", EVERY)
def test_presets_differ(mechanism: Mechanism) -> None:
    found = [repr((dict(preset.inputs), dict(preset.options))) for preset in mechanism.presets.values()]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("mechanism", EVERY)
def test_options_may_stand_among_the_inputs(mechanism: Mechanism) -> None:
    defaults = {name: option.default for name, option in mechanism.options.items()}
    assert np.array_equal(mechanism.trace(defaults).output.value, mechanism.trace(**defaults).output.value)


@each_input
def test_every_input_matters_to_the_output(mechanism: Mechanism, name: str) -> None:
    """Somewhere among the presets: a single query per key, say, would make the scores idle. But for what is drawn."""
    felt = any(gradient_arrives(case, name) for case in PRESET_CASES if case.mechanism is mechanism)
    assert felt != mechanism.inputs[name].drawn


def gradient_arrives(case: Case, name: str) -> bool:
    return matters(case, name) if case.mechanism.inputs[name].switch else name in case.reached


def matters(case: Case, name: str) -> bool:
    """A switch has no slope: it must be thrown to be felt."""
    table = np.array(case.inputs[name], dtype=float)
    for place in np.ndindex(table.shape):
        thrown = table.copy()
        thrown[place] = 1 - thrown[place]
        try:
            changed = case.run({**case.inputs, name: thrown})
        except InputError:
            continue
        if not np.array_equal(changed.output.value, case.trace.output.value):
            return True
    return False


# --- challenges and pictures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", EVERY)
def test_challenges_are_open_at_first(mechanism: Mechanism) -> None:
    assert len(mechanism.challenges) >= 2
    assert [challenge.reached(mechanism.trace()) for challenge in mechanism.challenges] == [False] * len(
        mechanism.challenges
    )


@pytest.mark.parametrize("mechanism", EVERY)
def test_challenges_can_be_met(mechanism: Mechanism) -> None:
    for challenge in mechanism.challenges:
        assert challenge.reached(mechanism.trace(challenge.solution)), challenge.goal


def smallest(mechanism: Mechanism) -> Trace:
    """One token, one feature, every number option at its lower end: where a learner who removes rows arrives."""
    low = {name: option.bounds[0] if option.bounds else option.default for name, option in mechanism.options.items()}
    return mechanism.trace(random_inputs(mechanism, smallest_sizes(mechanism, low)), **low)


@pytest.mark.parametrize("mechanism", EVERY)
def test_challenges_answer_on_the_smallest_inputs(mechanism: Mechanism) -> None:
    trace = smallest(mechanism)
    for challenge in mechanism.challenges:
        assert challenge.reached(trace) in (True, False), challenge.goal


@every_case
def test_challenges_answer_yes_or_no(case: Case) -> None:
    assert all(isinstance(challenge.reached(case.trace), bool) for challenge in case.mechanism.challenges)


@every_case
def test_picture_is_whole(case: Case) -> None:
    if case.mechanism.picture:
        pictures = case.mechanism.picture(case.trace)
        assert pictures
        for picture in pictures:
            assert picture.caption
            assert_whole(picture)


@pytest.mark.parametrize("mechanism", EVERY)
def test_picture_of_the_smallest_inputs_is_whole(mechanism: Mechanism) -> None:
    for picture in mechanism.picture(smallest(mechanism)) if mechanism.picture else ():
        assert_whole(picture)


@pytest.mark.parametrize("mechanism", EVERY)
def test_picture_keeps_every_row_when_token_names_repeat(mechanism: Mechanism) -> None:
    preset = mechanism.first
    same = {axis: ("is",) * 99 for spec in mechanism.inputs.values() for axis in spec.axes}
    if mechanism.picture:
        shown, repeated = (
            mechanism.picture(mechanism.trace(preset.inputs, labels, **preset.options)) for labels in (None, same)
        )
        assert list(map(counts, repeated)) == list(map(counts, shown))


def counts(picture: Picture) -> Any:  # noqa: C901, PLR0911, PLR0912 - a case for each kind of picture
    if isinstance(picture, ConvexHull):
        return len(picture.values), len(picture.outputs), len(picture.strengths)
    if isinstance(picture, Alignment):
        return len(picture.rows), len(picture.columns), len(picture.guesses), len(picture.said)
    if isinstance(picture, Arcs):
        return len(picture.left), len(picture.right), len(picture.weights)
    if isinstance(picture, ShadedText):
        return len(picture.marks), [len(words) for words in picture.lines]
    if isinstance(picture, ArcDiagram):
        return len(picture.places), {kind: len(found) for kind, found in (picture.arcs | picture.faint).items()}
    if isinstance(picture, Wiring):
        return len(picture.nodes), len(picture.wires)
    if isinstance(picture, (Arrows, ContourMap, Timetable)):
        return {name: len(panel) for name, panel in picture.panels.items()}
    if isinstance(picture, PositionAxis):
        return [len(each) for each in (picture.labels, picture.bars, picture.curves, picture.lit, picture.marks)]
    if isinstance(picture, ShapeChain):
        return {name: len(chain) for name, chain in picture.chains.items()}
    if isinstance(picture, Images):
        return len(picture.panels)
    return len(picture.steps) if isinstance(picture, Matrices) else len(picture.series)


def assert_whole(picture: Picture) -> None:  # noqa: C901, PLR0912, PLR0915 - a case for each kind of picture
    if isinstance(picture, Matrices):
        assert all(step.name and step.value.size for step in picture.steps)
    elif isinstance(picture, ConvexHull):
        assert_pulled_into_place(picture)
    elif isinstance(picture, Alignment):
        assert np.shape(picture.strengths) == (len(picture.rows), len(picture.columns))
        assert all(len(each) in (0, len(picture.rows)) for each in (picture.guesses, picture.said))
        assert all(0 <= share <= 1 for row in picture.guesses for _, share in row)
        assert sum(many for _, many in picture.groups) in (0, len(picture.columns))
    elif isinstance(picture, ShapeChain):
        assert_products(picture)
    elif isinstance(picture, Arcs):
        assert np.shape(picture.weights) == (len(picture.left), len(picture.right))
        assert np.isfinite(picture.weights).all()
    elif isinstance(picture, ShadedText):
        assert_read(picture)
    elif isinstance(picture, ArcDiagram):
        assert_leaps_land(picture)
    elif isinstance(picture, Wiring):
        ends = {end for wire in picture.wires for end in (wire.start, wire.end)}
        assert ends == set(range(len(picture.nodes))), "a node hangs in the air"
        assert len({(node.x, node.y) for node in picture.nodes}) == len(picture.nodes)
        assert all(wire.strength is None or 0 <= wire.strength < np.inf for wire in picture.wires)
    elif isinstance(picture, Arrows):
        assert picture.panels
        assert all(np.isfinite([*tips.values()]).all() for tips in picture.panels.values())
    elif isinstance(picture, ContourMap):
        assert picture.panels
        for heights in picture.panels.values():
            assert np.shape(heights) == (len(picture.y), len(picture.x))
            assert np.isfinite(heights).all()
    elif isinstance(picture, PositionAxis):
        assert {len(heights) for heights in picture.bars.values()} == {len(picture.labels)}
        assert all(np.isfinite([*found]).all() for found in (*picture.bars.values(), *picture.curves.values()))
        assert all(start < end for start, end in picture.lit.values())
        assert np.isfinite([*picture.marks.values()]).all()
    elif isinstance(picture, Images):
        assert picture.panels
        assert all(map(is_whole, picture.panels))
    elif isinstance(picture, Timetable):
        assert picture.panels
        assert all(any(kind for kind, _ in lane) for lanes in picture.panels.values() for lane in lanes)
    else:
        assert_rows_fit(picture, len(picture.labels) if isinstance(picture, Bars) else len(picture.x))


def is_whole(panel: Panel) -> bool:
    """Pixels of one or of three numbers (or bare), a weight for each where there are any, and boxes with an inside."""
    pixels = panel.array
    heat = np.zeros(pixels.shape[:2]) if panel.heat is None else np.asarray(panel.heat)
    weighed = heat.shape == pixels.shape[:2] and (heat >= 0).all()
    bare = np.isnan(pixels).all(axis=-1, keepdims=True) if pixels.ndim == 3 else np.zeros(pixels.shape, dtype=bool)
    known = np.where(bare, 0.0, pixels)
    painted = pixels.ndim == 2 or (pixels.shape[2] == 3 and 0 <= known.min() <= known.max() <= 1)
    boxed = all(box.x0 < box.x1 and box.y0 < box.y1 and 0 <= box.strength <= 1 for box in panel.boxes)
    return bool(panel.title and np.isfinite(known).all() and weighed and painted and boxed)


def assert_pulled_into_place(picture: ConvexHull) -> None:
    strengths, values = np.array([*picture.strengths.values()]), np.array([*picture.values.values()])
    assert values.shape[1] == 2
    assert list(picture.outputs) == list(picture.strengths)
    assert_close(strengths @ values, [*picture.outputs.values()])


def assert_read(picture: ShadedText) -> None:
    assert len(picture.lines) == len(picture.marks)
    assert [len(row) for row in picture.strengths] == [len(words) for words in picture.lines]
    assert sum(picture.marks) == pytest.approx(1)
    for row in picture.strengths:
        assert sum(strength for strength in row if strength is not None) == pytest.approx(1)


def assert_leaps_land(picture: ArcDiagram) -> None:
    places = range(len(picture.places))
    arcs = [arc for found in picture.arcs.values() for arc in found]
    passed = [arc for found in picture.faint.values() for arc in found]
    assert all(start in places and end in places for start, end, *_ in (*arcs, *passed))
    assert not {arc[:2] for arc in arcs} & {*passed}
    assert all(place in places[1:] for place in picture.cuts)
    assert np.isfinite([strength for *_, strength in arcs]).all()


def assert_products(picture: ShapeChain) -> None:
    for *factors, (_, *outer) in picture.chains.values():
        assert all(left[2][1] == right[1][1] for left, right in pairwise(factors))
        assert outer == [factors[0][1], factors[-1][2]]


def assert_rows_fit(picture: Bars | Curves, width: int) -> None:
    assert picture.series
    assert all(len(row) == width and np.isfinite(row).all() for row in picture.series.values())
    if isinstance(picture, Curves):
        assert all(
            np.isfinite(points).all() and np.shape(points)[1] == 2
            for points in (*picture.dots.values(), *picture.crosses.values())
        )
    if isinstance(picture, Bars) and picture.axis == "attention weight":
        assert_close([sum(row) for row in picture.series.values()], [1.0] * len(picture.series))
