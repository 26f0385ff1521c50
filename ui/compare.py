"""Two settings side by side on the same inputs: any step of one, of the other, and their difference.

Both sides live in the address: "a" and "b" hold a mechanism's key and, behind a question mark, the query string that
its own page would have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import streamlit as st

from attention_core import CURRICULUM, Mechanism, Trace
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, term, to_say
from attention_core.mechanisms import MECHANISMS
from attention_stage.payload import payload
from attention_stage.structure import gallery

from . import difference, share
from .component import mount
from .controls import option_widget
from .duo import duo
from .language import in_address
from .messages import edits_of
from .state import Numbers, Proposals, Session, Table, is_large

MOST_OFFERED = 5
FIRST = {"a": "scaled-dot-product-attention?scaled=0", "b": "scaled-dot-product-attention"}
SIDES = {"a": to_say("First"), "b": to_say("Second")}


def compare_page() -> None:
    """The page that compares two settings: both sides, the inputs they share, one step of each."""
    st.title(say("Compare two"), anchor=False)
    st.markdown(say(":gray[The same inputs under two settings, or two mechanisms: what differs, and where most?]"))
    _arrive()
    picture = st.container()
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        a = _side("a")
    with right, st.container(border=True):
        b = _side("b")
    b = _with_inputs_of(a, b)
    with picture:
        duo(titles(a, b), (a.trace, b.trace), "compare-duo")
    _inputs(a, b)
    step = _difference(a, b)
    st.session_state["compare-link"] = {"a": link(a), "b": link(b), **({"step": step} if step else {})}
    st.query_params.from_dict(st.session_state["compare-link"])


def titles(a: Numbers, b: Numbers) -> tuple[str, str]:
    """What each side is called: its mechanism; of one mechanism what differs."""
    if a.mechanism is not b.mechanism:
        return a.mechanism.title, b.mechanism.title
    differing = [name for name in a.mechanism.options if a.options[name] != b.options[name]]
    return _called(a, a.preset != b.preset, differing), _called(b, a.preset != b.preset, differing)


def _called(numbers: Numbers, by_preset: bool, differing: Sequence[str]) -> str:
    mechanism = numbers.mechanism
    preset = [mechanism.presets[numbers.preset].title] if by_preset and not differing else []
    options = [f"{mechanism.options[name].title}: {_spoken(numbers.options[name])}" for name in differing]
    return ", ".join([*preset, *options]) or mechanism.title


def _spoken(value: Any) -> str:
    if isinstance(value, bool):
        return say("on") if value else say("off")
    return say(value) if isinstance(value, str) else str(value)


def comparison_address(numbers: Numbers) -> str:
    """The page with these numbers on both sides, relative to any other page."""
    return f"compare?{urlencode({'a': link(numbers), 'b': link(numbers), **in_address()})}"


def link(numbers: Numbers) -> str:
    """One side as the address holds it: the key of the mechanism and its query string, if any."""
    query = share.encode(Session(numbers))
    return f"{numbers.mechanism.key}?{query}" if query else numbers.mechanism.key


# --- arriving by link ------------------------------------------------------------------------------------------------


def _arrive() -> None:
    """Set the widgets on arrival: from the link, else from the visitor's last visit to this page."""
    if "compare-a" in st.session_state:
        return
    arrived = {**FIRST, **st.session_state.get("compare-link", {}), **st.query_params.to_dict()}
    st.session_state["compare-tables"] = {}
    for side in reversed(SIDES):
        key, _, query = arrived[side].partition("?")
        known = key if key in MECHANISMS else FIRST[side].partition("?")[0]
        session = share.decode(MECHANISMS[known], dict(parse_qsl(query)))
        _set_widgets(side, session.numbers)
        for note in session.notes:
            st.warning(note, icon=":material/link_off:")
    st.session_state["compare-step"] = arrived.get("step", "")


def _set_widgets(side: str, numbers: Numbers) -> None:
    mechanism = numbers.mechanism
    st.session_state[f"compare-{side}"] = mechanism.key
    st.session_state[f"compare-{side}-{mechanism.key}"] = numbers.preset
    for name, value in numbers.options.items():
        st.session_state[f"compare-{side}-{mechanism.key}-{name}"] = value
    if mechanism.reads:
        st.session_state[f"compare-{side}-{mechanism.key}-{numbers.preset}-text"] = numbers.text
        return
    st.session_state["compare-tables"].update({name: numbers.inputs[name] for name in numbers.edited()})


# --- the two sides ---------------------------------------------------------------------------------------------------


def _side(side: str) -> Numbers:
    titles = {key: mechanism.title for key, mechanism in MECHANISMS.items()}
    key = st.selectbox(say(SIDES[side]), list(titles), format_func=titles.__getitem__, key=f"compare-{side}")
    mechanism = MECHANISMS[str(key)]
    base = f"compare-{side}-{mechanism.key}"
    presets = {name: preset.title for name, preset in mechanism.presets.items()}
    preset = st.selectbox(say("Preset"), list(presets), format_func=presets.__getitem__, key=base)
    numbers = Numbers.of(mechanism, str(preset))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        chosen = {name: _option(mechanism, name, base, numbers.options) for name in mechanism.options}
    if mechanism.reads:
        return _with_typed_text(numbers.with_(options=chosen), mechanism.reads.title, f"{base}-{preset}-text")
    return _adopted(numbers.with_(options=chosen), st.session_state["compare-tables"])


def _with_typed_text(numbers: Numbers, title: str, key: str) -> Numbers:
    """The numbers for the text typed on this side."""
    st.session_state.setdefault(key, numbers.text)
    text = st.text_input(title, key=key)
    try:
        return numbers.with_text(text)
    except InputError as error:
        st.error(str(error), icon=":material/error:")
        return numbers


def _option(mechanism: Mechanism, name: str, base: str, options: Mapping[str, Any]) -> Any:
    key = f"{base}-{name}"
    st.session_state.setdefault(key, options[name])
    return option_widget(mechanism.options[name], key=key)


def _adopted(numbers: Numbers, tables: Mapping[str, Table]) -> Numbers:
    """The numbers with every table that is an input of this mechanism, in the same shape."""
    fitting = {
        name: tables[name]
        for name in numbers.inputs
        if name in tables and tables[name].shape == numbers.inputs[name].shape
    }
    found = numbers.with_(inputs={**numbers.inputs, **fitting})
    try:
        _ = found.trace
    except ValueError:
        return numbers
    return found


def _with_inputs_of(a: Numbers, b: Numbers) -> Numbers:
    """b with the inputs of a and the names of their tokens, for the inputs that both have with the same axes."""
    if a.mechanism.reads or b.mechanism.reads:
        return b
    same = {
        name for name in b.inputs if name in a.inputs and a.mechanism.inputs[name].axes == b.mechanism.inputs[name].axes
    }
    found = _adopted(b, {name: a.inputs[name] for name in same})
    named = {axis: names for axis, names in a.labels.items() if a.sizes().get(axis) == b.sizes().get(axis)}
    return found.with_(labels={**found.labels, **named}) if same else found


def _inputs(a: Numbers, b: Numbers) -> None:
    """The inputs both read, to be changed in place; those that only one has stay on its own page."""
    shared = [step for step in a.trace.inputs if step.name in b.inputs and step.name in a.inputs]
    shared = (
        [step for step in shared if np.array_equal(b.inputs[step.name], step.value) and not is_large(step)]
        if shared
        else []
    )
    if not shared:
        st.markdown(say(":gray[These two have no input in common: each is shown with its own.]"))
        return

    proposals: Proposals = st.session_state.setdefault("compare-proposals", Proposals())

    def take_edits() -> None:
        edits = edits_of(st.session_state["compare-inputs"].get("edit"))
        changed = proposals.made("", lambda: a.with_edits(edits))
        if changed:
            st.session_state["compare-tables"].update({name: changed.inputs[name] for name in changed.edited()})

    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(say("What both read"), anchor=False)
        if st.session_state["compare-tables"]:
            st.button(say("Back to the preset’s numbers"), on_click=st.session_state["compare-tables"].clear)
    data = payload(shared, gallery("Inputs", shared), mode="gallery", editable=[step.name for step in shared])
    mount(data, "compare-inputs", take_edits)
    if problem := proposals.sentence(""):
        st.error(problem, icon=":material/error:")


# --- where nothing fits ---------------------------------------------------------------------------------------------


def _offer(a: Numbers, b: Numbers) -> None:
    """Say why no step can be subtracted, and offer mechanisms for the second side that fit the first."""
    st.markdown(say("{obstacle} Above, both are played all the same.", obstacle=_obstacle(a.trace, b.trace)))
    found = fitting(a.mechanism)
    if not found:
        return
    st.markdown(say("These fit *{mechanism}*:", mechanism=a.mechanism.title))
    with st.container(horizontal=True, gap="small"):
        for key in found:
            st.button(MECHANISMS[key].title, key=f"compare-offer-{key}", on_click=_choose_second, args=(key,))


def _obstacle(one: Trace, other: Trace) -> str:
    for step in reversed(one.computed):
        if step.name in other and step.value.shape != other[step.name].value.shape:
            sizes = (" × ".join(map(str, each.value.shape)) or say("one number") for each in (step, other[step.name]))
            return say(
                "No cell can be subtracted: “{step}” is {one} in the first and {other} in the second.",
                step=term(step.name), one=next(sizes), other=next(sizes),
            )  # fmt: skip
    return say("No cell can be subtracted: the two have no step of one name and shape.")


@cache
def fitting(mechanism: Mechanism) -> tuple[str, ...]:
    """The mechanisms that compute most of the same steps in the same shapes as this one, by key; at most five."""
    trace = mechanism.trace()
    others = [each for each in CURRICULUM if each is not mechanism and not each.reads and not each.trained]
    shared = {each.key: len(set(difference.comparable(trace, each.trace())) - {*mechanism.inputs}) for each in others}
    return tuple(sorted((key for key, many in shared.items() if many), key=lambda key: -shared[key]))[:MOST_OFFERED]


def _choose_second(key: str) -> None:
    st.session_state["compare-b"] = key


# --- the difference --------------------------------------------------------------------------------------------------


def _difference(a: Numbers, b: Numbers) -> str:
    """Show one step of both; its name, or "" where nothing can be compared."""
    shared = [name for name in difference.comparable(a.trace, b.trace) if name not in a.inputs]
    st.subheader(say("What comes of it"), anchor=False)
    if not shared:
        _offer(a, b)
        return ""
    if st.session_state.get("compare-step") not in shared:
        st.session_state["compare-step"] = "attention weights" if "attention weights" in shared else shared[-1]
    name = st.selectbox(say("Step"), shared, key="compare-step", width=260, format_func=term)
    change = difference.difference(a.trace[name], b.trace[name], (say("in the first"), say("in the second")))
    if not change[2].value.any():
        st.markdown(say("Here the two agree in every cell."))
    difference.show(change, "compare-change")
    return str(name)
