"""The learner's own numbers: sizes, token names, a sentence, tables, pasted text and files."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import streamlit as st

from attention_core.engine.language import label_said, say, term
from attention_core.engine.step import latex

from .brought import Brought, Offer, brought, fitted, offers, offers_of_commas, swapped
from .grid import grid
from .lesson import literal
from .reading.files import Upload, read_text, read_upload
from .reading.grammar import HOW
from .retyped import (
    EXAMPLE,
    NAMES_HELP,
    SENTENCE,
    USE_SENTENCE,
    about_sentence,
    nameless_sizes,
    names_title,
    renamed,
    size_title,
    with_sentence,
)
from .state import MAPPED, PRINTED, Numbers, Session

MOST_SIZES = 6  # fields side by side
MEANT = 6  # tabs of inputs with room for what each means
UPLOADS = ["csv", "tsv", "txt", "json", "npy", "npz"]


def section(session: Session) -> None:
    """All ways to edit the inputs: names, sizes, a sentence, a table, pasted text, a file."""
    numbers = session.numbers
    st.markdown(
        say(
            "Change a number on the stage (double-click or double-tap it; a mouse also drags it "
            "sideways), or work here. Up to {printed} tokens and features are printed with their "
            "numbers; up to {mapped} tokens are shown as maps.",
            printed=PRINTED,
            mapped=MAPPED,
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for axis in numbers.token_axes():
            _names(session, axis)
    _sizes(session)
    _sentence_field(session)
    name = _chosen(numbers)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _explanation()
        _refusal(session, grid(session, name))
    with right:
        _text_and_file(session, name)


def _chosen(numbers: Numbers) -> str:
    """The input whose table is shown: its meaning stands on its tab, or below where tabs are too many for that."""
    symbols = {name: f"${latex(name)}$" for name in numbers.mechanism.inputs}
    meanings = {name: f"{symbols[name]} · {spec.meaning}" for name, spec in numbers.mechanism.inputs.items()}
    few = len(meanings) <= MEANT
    name = str(
        st.segmented_control(
            say("Table"), list(meanings), default=next(iter(meanings)), key=f"table-{numbers.mechanism.key}",
            required=True, format_func=lambda name: (meanings if few else symbols)[name],
        )
    )  # fmt: skip
    if not few:
        st.caption(meanings[name])
    return name


def symbol(name: str) -> str:
    """An input's name for a label: a subscript as on the stage, a plain letter or word as it is."""
    return f"${latex(name)}$" if "_" in name else name


def attempt(session: Session, key: str, change: Callable[[], Numbers], stroke: Hashable = None) -> None:
    """Make a change if it computes; else everything stays, and the reason is shown under the field."""
    session.echo.beside()
    session.attempt(key, change, stroke)


def _refusal(session: Session, key: str) -> None:
    sentence = session.proposals.sentence(key)
    if sentence:
        st.error(sentence, icon=":material/error:")


# --- sizes and names -------------------------------------------------------------------------------------------------


def _names(session: Session, axis: str) -> None:
    numbers = session.numbers
    key = f"names-{numbers.mechanism.key}-{axis}"
    if not session.proposals.sentence(key):
        session.echo.set(key, ", ".join(map(label_said, numbers.names(axis))))

    def rename(text: str) -> None:
        attempt(session, key, lambda: renamed(session.numbers, axis, text))

    with st.container(width=400, gap=None):  # two of them side by side
        st.text_input(
            names_title(axis), key=key, help=say(NAMES_HELP),
            on_change=session.echo.report, args=(key, rename),
        )  # fmt: skip
        _refusal(session, key)


def _sizes(session: Session) -> None:
    """A field for every size without names; where they are many, behind one line that opens where one is wrong."""
    numbers = session.numbers
    sizes = nameless_sizes(numbers)
    wrong = any(session.proposals.sentence(_size_key(numbers, axis)) for axis in sizes)
    folded = st.expander(say("Sizes"), expanded=wrong) if len(sizes) > MOST_SIZES else st.container()
    with folded, st.container(horizontal=True, vertical_alignment="bottom"):
        for axis, size in sizes.items():
            _size(session, axis, size)


def _size_key(numbers: Numbers, axis: str) -> str:
    return f"size-{numbers.mechanism.key}-{axis}"


def _size(session: Session, axis: str, size: int) -> None:
    key = _size_key(session.numbers, axis)
    if not session.proposals.sentence(key):
        session.echo.set(key, min(size, MAPPED))

    def resize(wanted: int) -> None:
        attempt(session, key, lambda: session.numbers.resized(axis, wanted), session.history.burst(key))

    with st.container(width=150, gap=None):
        st.number_input(
            size_title(axis), 1, max(PRINTED, size), key=key,
            on_change=session.echo.report, args=(key, resize),
        )  # fmt: skip
        _refusal(session, key)


# --- a sentence ------------------------------------------------------------------------------------------------------


def _sentence_field(session: Session) -> None:
    numbers = session.numbers
    axes = numbers.sentence_axes()
    key = f"sentence-{numbers.mechanism.key}"
    if not axes:
        return

    def use() -> None:
        axis = st.session_state.get(f"{key}-axis", axes[0])
        attempt(session, key, lambda: with_sentence(session.numbers, axis, st.session_state[f"{key}-text"]))

    with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(say(SENTENCE), placeholder=EXAMPLE, key=f"{key}-text")
        if len(axes) > 1:
            st.selectbox(say("becomes"), axes, key=f"{key}-axis", width=160, format_func=term)
        st.form_submit_button(say(USE_SENTENCE), width="content", on_click=use)
    _refusal(session, key)
    st.caption(about_sentence())


# --- one table: grid, pasted text, file ------------------------------------------------------------------------------


def _explanation() -> None:
    """How numbers are read, the same for the grid, the stage, pasted text and files.

    Above the grid, whose buttons appear over the right end of this line and would cover tabs.
    """
    with st.popover(say("How numbers are read"), type="tertiary", icon=":material/help:"):
        st.markdown(say(HOW))


def _text_and_file(session: Session, name: str) -> None:
    """What can be brought from elsewhere."""
    if _has_tokens(session.numbers, name):
        help_ = say(
            "Rows and columns of what comes in are swapped. Changes by itself where a table fits only the other way."
        )
        st.toggle(say("Tokens are columns"), key=_swap_key(session), help=help_)
    _paste(session, name)
    _upload(session, name)


def _has_tokens(numbers: Numbers, name: str) -> bool:
    """Whether rows of an input of two axes are tokens, so that tokens may also come as columns."""
    axes = numbers.mechanism.positions(name)
    return len(axes) == 2 and axes[0] in numbers.token_axes()


def _swap_key(session: Session) -> str:
    return f"swap-{session.numbers.mechanism.key}"


def _paste(session: Session, name: str) -> None:
    key = f"paste-{session.numbers.mechanism.key}-{name}"

    def replace() -> None:
        text = st.session_state[f"{key}-text"]
        _bring(session, key, lambda: read_text(name, text, name, session.numbers.mechanism.inputs))
        if session.proposals.sentence(key) and not st.session_state[f"{key}-offers"]:
            st.session_state[f"{key}-offers"] = tuple(offers_of_commas(session.numbers, name, text))

    with st.form(key, border=False):
        st.text_area(
            say("Paste a table for {name}", name=symbol(name)),
            key=f"{key}-text",
            height=110,
            placeholder=_example(session, name),
        )
        st.form_submit_button(say("Replace {name}", name=symbol(name)), on_click=replace)
    _outcome(session, key)


def _example(session: Session, name: str) -> str:
    spec = session.numbers.mechanism.inputs[name]
    if spec.switch:
        return "1, 0, 0\n1, 1, 0"
    several = len(spec.axes) > 2
    example = "1, 0, 1/2, 25%\n0, 2, 0, -1"
    return "\n\n".join((example, say("a blank line between tables"))) if several else example


def _upload(session: Session, name: str) -> None:
    key = f"upload-{session.numbers.mechanism.key}-{name}"

    def use_file() -> None:
        file = st.session_state[f"{key}-file"]
        if file is not None:
            inputs = session.numbers.mechanism.inputs
            _bring(session, key, lambda: read_upload(file.name, file.getvalue(), name, inputs))

    help_ = say("JSON and NPZ may hold several inputs by name. Pickled data is never opened.")
    st.file_uploader(
        say("Or a file for {name}: CSV, text, JSON, NPY or NPZ", name=symbol(name)),
        UPLOADS,
        key=f"{key}-file",
        on_change=use_file,
        help=help_,
    )
    _outcome(session, key)


def _bring(session: Session, key: str, read: Callable[[], Upload]) -> None:
    """Read a text or a file, and use it if it computes; else keep the reason, and what would make it fit."""
    found: list[Upload] = []
    switch = _swap_key(session)

    def change() -> Brought:
        upload = read()
        turned = [each for each in upload.readings if _has_tokens(session.numbers, each)]
        found.append(swapped(upload, turned) if st.session_state.get(switch) else upload)
        made, other = fitted(session.numbers, found[0], turned)
        if other:
            st.session_state[switch] = not st.session_state.get(switch, False)
        return made

    before = session.numbers
    is_taken = _taken(session, key, change)
    st.session_state[f"{key}-offers"] = () if is_taken or not found else tuple(offers(before, found[0]))


def _taken(session: Session, key: str, bring: Callable[[], Brought]) -> bool:
    """Use what a text or a file brings, and keep its notes; whether it computes."""
    notes: list[str] = []

    def change() -> Numbers:
        found = bring()
        notes.extend(found.notes)
        return found.numbers

    attempt(session, key, change)
    refused = bool(session.proposals.sentence(key))
    st.session_state[f"{key}-notes"] = () if refused else tuple(notes)
    return not refused


def _outcome(session: Session, key: str) -> None:
    """Below a field: the reason of a refusal with what would make it fit, or how the text was read."""
    _refusal(session, key)
    if not session.proposals.sentence(key):
        for note in st.session_state.get(f"{key}-notes", ()):
            st.caption(literal(note))
        return
    for n, offer in enumerate(st.session_state.get(f"{key}-offers", ())):
        st.button(offer.title, key=f"{key}-offer-{n}", on_click=_accept, args=(session, key, offer))


def _accept(session: Session, key: str, offer: Offer) -> None:
    _taken(session, key, lambda: brought(session.numbers, offer.upload, offer.resize))
