"""A diagnosis on the page: the verdict, both numbers, the mistakes with their code, the difference, the stage."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from attention_core import Step, Trace
from attention_core.diagnosis.compare import ALIASES
from attention_core.diagnosis.reference import SCORES
from attention_core.diagnosis.report import Departure, Diagnosis, Finding, Made, joined
from attention_core.diagnosis.words import begun
from attention_core.engine import expression as ex
from attention_core.engine.language import label_said, say, term, to_say
from attention_core.engine.step import Array, source
from attention_core.mechanisms import MECHANISMS
from attention_stage.payload import payload, place
from attention_stage.structure import forward_stops
from ui import maps
from ui.component import mount, nothing
from ui.lesson import literal
from ui.mistake import differences
from ui.state import is_large

from .precision import precision_said
from .search import Question

ANCHOR = "diagnosis"
RIGHT = to_say("The numbers are right, within their precision.")
UNKNOWN = to_say("No known mistake fits, nor two of them together.")
_RESULTS = ("head outputs", "output", "projected output")


def verdict(found: Diagnosis) -> str:
    """The diagnosis in one sentence."""
    if found.agrees:
        return say(RIGHT)
    return f"{begun(found.best.name)}." if found.best else say(UNKNOWN)


def show(found: Diagnosis, asked: Question, pages: Mapping[str, Any]) -> None:
    """asked: what was compared. pages: of the lessons, by key."""
    if not found.departure:
        _verdict(found)
        st.caption(_how(found, asked))
        if found.unseen:
            _unseen(found)
        return
    words, picture = st.columns([3, 2], gap="large")
    with words:
        _verdict(found)
        _findings(found, pages)
        st.caption(_how(found, asked))
    with picture:
        _difference(found.departure, asked.mine)
    _on_the_stage(found)


# --- in words --------------------------------------------------------------------------------------------------------


def _verdict(found: Diagnosis) -> None:
    st.subheader(literal(verdict(found)), anchor=ANCHOR)
    if found.agrees:
        return
    if found.best:
        st.markdown(_closeness(found.best))
        return
    if not found.complete:
        st.markdown(
            say("The search stopped at its time limit, before all pairs were tried. A smaller case may tell more.")
        )
    st.markdown(
        say(
            "Intermediate steps narrow it down: bring your scores or weights beside the output, and check the settings "
            "above."
        )
    )
    if found.unseen:
        _unseen(found)


def _how(found: Diagnosis, asked: Question) -> str:
    precision = asked.precision
    if precision.endswith("digits"):
        return say(
            "Compared to {precision}, with {tried:,} computations.",
            precision=precision_said(precision),
            tried=found.tried,
        )
    return say(
        "Compared in the precision {precision}, with {tried:,} computations.",
        precision=precision_said(precision),
        tried=found.tried,
    )


def _closeness(finding: Finding) -> str:
    if finding.fit > 1:
        return say(":gray[It fits in a coarser precision only.]")
    return say(
        ":gray[A computation with this mistake gives your numbers: what is left is {fit:.0%} of what rounding may do.]",
        fit=finding.fit,
    )


def _unseen(found: Diagnosis) -> None:
    names = sorted({each.mistake.name for each in found.unseen})
    with st.expander(say("Mistakes that would not show on these numbers")):
        st.markdown("\n".join(f"- {literal(name)}" for name in names))


def _findings(found: Diagnosis, pages: Mapping[str, Any]) -> None:
    """The best one open, the others behind a line each."""
    for n, finding in enumerate(found.findings):
        if n == 0:
            _finding(finding, pages, "0")
            continue
        with st.expander(literal(f"{begun(finding.name)}.")):
            st.markdown(_closeness(finding))
            _finding(finding, pages, str(n))


def _finding(finding: Finding, pages: Mapping[str, Any], key: str) -> None:
    for n, made in enumerate(finding.made):
        _mistake(made, pages, f"{key}-{n}")
    for other, how in zip(finding.alike, finding.apart, strict=True):
        names = literal(joined(other))
        st.markdown(say("**Not told apart on these numbers from:** {names}. {how}", names=names, how=literal(how)))


def _mistake(made: Made, pages: Mapping[str, Any], key: str) -> None:
    mistake = made.mistake
    st.markdown(literal(mistake.sentence))
    differences(mistake)
    st.markdown(say("**Commonly made:** {made}", made=literal(mistake.made)))
    st.page_link(
        pages[mistake.lesson], label=say(":primary[**The right way: {title}**]", title=MECHANISMS[mistake.lesson].title)
    )


# --- the two numbers -------------------------------------------------------------------------------------------------

_NUMBERS = """<div class="atlas-both"><p><span>{whose}</span> <b>{mine}</b></p>
<p><span>{right_said}</span> <b>{right}</b> <code>{arithmetic}</code></p></div>"""


def _both_numbers(departure: Departure, whose: str) -> None:
    """whose: whose number it is beside the right one."""
    st.markdown(say("At **{where}**:", where=literal(departure.where)))
    right, arithmetic = ex.plain(departure.right, 5), departure.arithmetic
    made_of = "" if arithmetic == ex.plain(departure.right) else f"= {_made_of(arithmetic)}"
    st.html(
        _NUMBERS.format(
            right_said=escape(say("Right")),
            whose=whose,
            mine=escape(departure.given),
            right=right,
            arithmetic=escape(made_of),
        )
    )


def _made_of(arithmetic: str) -> str:
    """The arithmetic before its result."""
    for sign in (" = ", " ≈ "):
        arithmetic = arithmetic.rpartition(sign)[0] or arithmetic
    return arithmetic


# --- the picture -----------------------------------------------------------------------------------------------------


def _difference(departure: Departure, mine: Mapping[str, Array]) -> None:
    """Yours less the right one, as a map."""
    change = difference_of(departure.step, mine)
    if change is None:
        return
    st.subheader(say("Where it differs"), anchor=False)
    leading = departure.cell[:-2]
    if leading:
        with st.container(horizontal=True):
            leading = tuple(_along(change, n, place) for n, place in enumerate(leading))
    st.caption(say("Your numbers less the right ones. Where one of them is no finite number, the map is left grey."))
    maps.draw(change, leading, "bug-difference")


def _along(change: Step, n: int, place: int) -> int:
    axis = change.axes[n]
    key = f"bug-along-{axis.name}-{axis.size}"
    st.session_state.setdefault(key, place)
    return int(
        st.selectbox(
            begun(term(axis.name)),
            range(axis.size),
            format_func=lambda i: label_said(axis.labels[i]),
            key=key,
            width=160,
        )
    )


def difference_of(right: Step, mine: Mapping[str, Array]) -> Step | None:
    """What was brought for a step less the step, with its axes; None where nothing brought has its size."""
    for name, brought in mine.items():
        meant = ALIASES.get(name, name)
        is_it = meant == right.name or (meant in SCORES and right.name in SCORES)
        is_it = is_it or (meant in _RESULTS and right.name in _RESULTS)
        if is_it and brought.size == right.value.size:
            yours = brought.astype(float).reshape(right.value.shape)
            with np.errstate(invalid="ignore", over="ignore"):
                off = np.where(yours == right.value, 0.0, yours - right.value)
            return source(f"difference in {right.name}", off, right.axes, rf"\Delta {right.symbol}")
    return None


# --- the stage -------------------------------------------------------------------------------------------------------


def _on_the_stage(found: Diagnosis) -> None:
    st.subheader(say("The right computation at that cell"), anchor=False)
    places = _places(found)
    labels = list(places)
    if len(labels) > 1:
        chosen = st.segmented_control(
            say("Open it"), labels, default=labels[0], key="bug-place", required=True, format_func=say
        )
    else:
        chosen = labels[0]
    departure = places.get(str(chosen), places[labels[0]])
    _both_numbers(departure, say("Your number") if departure is found.departure else say("With the mistake"))
    if any(is_large(step) for step in found.trace):
        _as_maps(found.trace, departure)
        return
    mount(stage_data(found.trace, departure), "bug-stage", nothing)


def _places(found: Diagnosis) -> dict[str, Departure]:
    """Where the stage can open: at your first wrong number, and where the mistake is made."""
    assert found.departure
    places = {to_say("at your first wrong number"): found.departure}
    made = found.best.departure if found.best else None
    if made and (made.step is not found.departure.step or made.cell != found.departure.cell):
        places[to_say("where the mistake is made")] = made
    return places


def stage_data(trace: Trace, departure: Departure) -> Any:
    """The payload of the stage: the right computation at a departure."""
    step, cell = departure.step, departure.cell
    at = {axis.name: n for axis, n in zip(step.axes[:-2], cell, strict=False)}
    view = place(step.name, cell, at, zlib.crc32(repr((step.name, cell)).encode()))
    data = payload(trace.steps, forward_stops(trace, {}), mode="backward", view=view)
    data["hide"] = ["predict"]
    return data


def _as_maps(trace: Trace, departure: Departure) -> None:
    """Too large for printed numbers: maps, opened at the departure."""
    key, place = "bug-maps", (departure.step.name, departure.cell)
    if st.session_state.get("bug-maps-at") != place:
        st.session_state["bug-maps-at"] = place
        maps.look(trace.computed, key, *place)
    maps.explore(trace.computed, key, opens=departure.step.name)
