"""The prose fits the computation: every step has its words, and every formula and placeholder in them works."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

from attention_core import CURRICULUM, Mechanism, Step, Trace
from attention_core.engine.axes import names
from attention_core.engine.step import ancestors
from attention_stage import formulas
from tests.app.helpers import KEYS, computed, every_lesson, settings_of
from tests.sampling import some
from ui import lesson, words
from ui.state import Numbers

PLAIN = Path(__file__).parents[1] / "corpus" / "plain_numbers.json"
PROSE = {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "p",
    "em",
    "strong",
    "code",
    "ul",
    "ol",
    "li",
    "h3",
    "a",
    "span",
    "div",
    "br",
    "blockquote",
}
MATHS = {"math", "mi", "mn", "mo", "ms", "mtext", "mspace", "mstyle", "mrow", "mfrac", "msqrt", "mroot", "msub", "msup"}
MATHS |= {"msubsup", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "menclose"}


def every_section(check: Callable[[Mechanism, str], None]) -> Any:
    """One test for a lesson: the check on each of its sections, which is named where it fails."""

    def test(mechanism: Mechanism) -> None:
        for heading in lesson.source(mechanism.key):
            try:
                check(mechanism, heading)
            except AssertionError as error:
                raise AssertionError(f"section {heading!r}: {error}") from error

    test.__name__, test.__doc__ = check.__name__, check.__doc__
    return every_lesson(test)


def traces(mechanism: Mechanism, of_all: bool | None = None) -> Iterator[Trace]:
    """Every preset, and the first one under every combination of option values that computes; with `--all` each."""
    settings = [*settings_of(mechanism.options)]
    others = settings if of_all else some(settings, [{}])
    for n, preset in enumerate(mechanism.presets):
        numbers = Numbers.of(mechanism, preset)
        for options in settings if n == 0 else others:
            trace = computed(numbers.with_(options={**numbers.options, **options}))
            yield from (trace,) if trace else ()


class Outline(NamedTuple):
    """What a step is called, along which axes it stands, and whether it is one of several moments."""

    topic: str
    axes: frozenset[str]
    is_computed: bool
    is_timed: bool


@functools.cache
def outlines(key: str) -> list[list[Outline]]:
    """Of every preset under every combination of option values: the steps of its trace."""
    mechanism = next(each for each in CURRICULUM if each.key == key)
    return [
        [Outline(step.base_name, frozenset(names(step.axes)), bool(step.primitive), bool(step.time)) for step in trace]
        for trace in traces(mechanism, of_all=True)
    ]


@functools.cache
def axes_of(key: str) -> dict[str, set[str]]:
    """Names of the axes each section may speak of: those of its step, or of any input."""
    mechanism = next(each for each in CURRICULUM if each.key == key)
    found = {"Inputs": {axis for spec in mechanism.inputs.values() for axis in spec.axes}}
    for step in itertools.chain(*outlines(key)):
        found.setdefault(step.topic, set()).update(step.axes)
    return found


class Tags(HTMLParser):
    """The tags of an HTML text, and the words between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_mathml(html: str) -> None:
    ElementTree.fromstring(html)
    assert set(re.findall(r"<(\w+)", html)) <= MATHS
    assert "\\" not in html


# --- headings --------------------------------------------------------------------------------------------------------


@every_lesson
def test_headings_are_the_step_names(mechanism: Mechanism) -> None:
    steps = {step.topic for step in itertools.chain(*outlines(mechanism.key)) if step.is_computed}
    first, *between, last = lesson.source(mechanism.key)
    assert (first, last) == ("Inputs", "Insight")
    assert set(between) == steps
    assert len(between) == len(steps)


@every_lesson
def test_no_heading_is_written_twice(mechanism: Mechanism) -> None:
    text = (lesson.ROOT / "en" / f"{mechanism.key}.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## +(.+)$", text, flags=re.MULTILINE)
    assert list(lesson.source(mechanism.key)) == headings
    assert text.startswith("## "), "words before the first heading are shown nowhere"


@every_lesson
def test_sections_come_in_the_order_of_the_steps(mechanism: Mechanism) -> None:
    """Within a moment an option may turn the order about: look, then speak, or speak, then look."""
    headings = list(lesson.source(mechanism.key))
    for n, outline in enumerate(outlines(mechanism.key)):
        steps = (step for step in outline if step.is_computed and (n == 0 or not step.is_timed))
        places = [headings.index(topic) for topic in dict.fromkeys(step.topic for step in steps)]
        assert places == sorted(places)


@pytest.mark.parametrize(
    "folder", sorted(path for path in lesson.ROOT.iterdir() if path.is_dir()), ids=lambda p: p.name
)
def test_every_lesson_file_belongs_to_a_mechanism(folder: Path) -> None:
    assert {file.stem for file in folder.glob("*.md")} == {mechanism.key for mechanism in CURRICULUM}


@every_section
def test_section_opens_with_its_only_title(mechanism: Mechanism, heading: str) -> None:
    body = lesson.source(mechanism.key)[heading]
    title, *words = body.splitlines()
    assert re.fullmatch(r"### \S.*", title)
    assert "".join(words).strip()
    assert not re.search(r"^#", "\n".join(words), flags=re.MULTILINE)


# --- plain words -----------------------------------------------------------------------------------------------------

BLAME = re.compile(
    r"popular (account|program|text|article)|(some|many) (accounts|retellings)|sometimes (said|told|written)|one reads|"
    r"\b(nobody|somebody|everybody|anybody|whom|whoever)\b",
    flags=re.IGNORECASE,
)


@every_lesson
def test_lessons_name_their_sources_and_speak_of_things_as_things(mechanism: Mechanism) -> None:
    """No anonymous opponents, and queries, tokens and steps in place of persons."""
    presets, challenges = mechanism.presets.values(), mechanism.challenges
    texts = [mechanism.title, mechanism.insight, mechanism.in_transformer, *lesson.source(mechanism.key).values()]
    texts += [text for each in presets for text in (each.title, each.note)]
    texts += [text for each in challenges for text in (each.goal, each.hint)]
    assert not [found[0] for text in texts for found in BLAME.finditer(text)]


# A letter with an index in plain text, "W_q", where a formula is meant.
_ASIDE = re.compile(r"\$\$.*?\$\$|\$.*?\$|\[\[.*?\]\]|`[^`]*`", re.DOTALL)
_RAW = re.compile(r"\b[A-Za-z]_\w+")


@every_section
def test_letters_with_an_index_are_typeset(mechanism: Mechanism, heading: str) -> None:
    assert not _RAW.findall(_ASIDE.sub(" ", lesson.source(mechanism.key)[heading]))


# --- placeholders and formulas ---------------------------------------------------------------------------------------


@every_section
def test_placeholders_of_a_cell_are_axes_of_the_step(mechanism: Mechanism, heading: str) -> None:
    named = {each.axis for each in words.placeholders(lesson.source(mechanism.key)[heading]) if each.kind == "axis"}
    assert named <= (set() if heading == "Insight" else axes_of(mechanism.key)[heading])


@every_section
def test_every_placeholder_becomes_a_span_to_fill(mechanism: Mechanism, heading: str) -> None:
    html = lesson.sections(mechanism.key)[heading]
    kinds = Counter(each.kind for each in words.placeholders(lesson.source(mechanism.key)[heading]))
    assert html.count("data-fill=") == kinds["axis"] + kinds["where"]
    assert html.count("data-number=") == kinds["number"]
    assert html.count("data-if=") == kinds["if"] == kinds["end"]
    assert html.count("data-unless=") == kinds["else"]
    assert "[[" not in html


@every_section
def test_a_condition_stays_within_one_paragraph(mechanism: Mechanism, heading: str) -> None:
    for paragraph in lesson.source(mechanism.key)[heading].split("\n\n"):
        kinds = [each.kind for each in words.placeholders(paragraph) if each.kind in ("if", "else", "end")]
        assert re.fullmatch("(if (else )?end )*", "".join(f"{kind} " for kind in kinds)), paragraph


@every_lesson
def test_words_can_be_filled_in_under_every_preset_and_option(mechanism: Mechanism) -> None:
    """At the first and the last cell of every step: no name is unknown, and nothing is left in brackets."""
    sections = lesson.source(mechanism.key)
    for trace in traces(mechanism):
        for step in trace.computed:
            for cell in {(0,) * step.value.ndim, tuple(size - 1 for size in step.value.shape)}:
                assert "[[" not in words.filled(sections[step.base_name], trace, (step, cell)), step.name
        assert "[[" not in words.filled(sections["Insight"], trace)
        assert "[[" not in words.filled(sections["Inputs"], trace)


@every_lesson
def test_what_words_read_is_used(mechanism: Mechanism) -> None:
    named = {each.step for body in lesson.source(mechanism.key).values() for each in words.placeholders(body)}
    assert set(mechanism.trace().said) <= named


@every_lesson
def test_what_words_read_follows_from_the_inputs_on_the_page(mechanism: Mechanism) -> None:
    """Steps made from other inputs, as by `again`, would not follow an edit in the browser."""
    for trace in traces(mechanism):
        own = ancestors(trace.said.values()).keys() - set(trace.steps) - set(trace.said.values())
        assert not {step.name for step in own} & set(mechanism.inputs)
        assert not [step.name for step in own if step.name and step.primitive], "a step with a name of its own"


@pytest.mark.parametrize("row", json.loads(PLAIN.read_text(encoding="utf-8")), ids=str)
def test_numbers_in_sentences_are_written_as_the_browser_writes_them(row: tuple[float, str]) -> None:
    value, text = row
    assert words.plain(value) == text


def test_words_follow_the_chosen_cell() -> None:
    trace = KEYS["illustrated-self-attention"].trace()
    text = (
        "[[query]] [[=attention weights]] [[key where attention weights]][[if attention weights]]; yes[[else]]no[[end]]"
    )
    weights = trace["attention weights"]
    assert words.filled(text, trace, (weights, (0, 1))) == "Input 1 0.47 Input 1, Input 2 and Input 3; yes"
    assert words.filled("[[if no such step]]a[[end]]", replace(trace, sayings=lambda _: {"no such step": 0})) == ""


@every_section
def test_every_formula_becomes_mathml(mechanism: Mechanism, heading: str) -> None:
    body, html = lesson.source(mechanism.key)[heading], lesson.sections(mechanism.key)[heading]
    formulas = re.findall(r"<math.*?</math>", html, flags=re.DOTALL)
    assert len(formulas) == len(re.findall(r"\$\$.+?\$\$|\$.+?\$", body, flags=re.DOTALL))
    for formula in formulas:
        assert_mathml(formula)
    assert "$" not in html


@every_section
def test_html_holds_prose_and_mathml_only(mechanism: Mechanism, heading: str) -> None:
    tags = Tags(lesson.sections(mechanism.key)[heading])
    assert tags.found <= PROSE | MATHS
    assert not set("*`<>") & set(tags.text), "Markdown or HTML that was not understood"


def test_raw_html_is_shown_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "## a\n\n### t\n\n<script>alert(1)</script> x <img src=x onerror=alert(1)> [y](javascript:alert(1))\n"
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "hostile.md").write_text(hostile, encoding="utf-8")
    monkeypatch.setattr(lesson, "ROOT", tmp_path)
    html = lesson.sections("hostile")["a"]
    assert Tags(html).found <= PROSE
    assert "href" not in html
    assert "<script>alert(1)</script>" in Tags(html).text


# --- symbols ---------------------------------------------------------------------------------------------------------


def both_ways(trace: Trace) -> Iterator[Step]:
    yield from trace
    yield from trace.gradients(at=(0,) * trace.output.value.ndim)


@every_lesson
def test_every_symbol_becomes_mathml(mechanism: Mechanism) -> None:
    shown = [*both_ways(mechanism.trace()), *(step for trace in traces(mechanism) for step in trace)]
    for symbol in {step.symbol for step in shown}:
        assert_mathml(formulas.mathml(symbol))
        assert "<math" not in formulas.symbol(symbol)


@pytest.mark.parametrize("latex", [r"\mathrm{add}", r"\tanh", r"\mathrm{softmax}"])
def test_words_in_formulas_stand_upright(latex: str) -> None:
    letters = re.findall(r"<mi([^>]*)>\w+</mi>", formulas.mathml(latex))
    assert letters
    assert all('mathvariant="normal"' in attributes for attributes in letters)
