"""The learner's own numbers: sizes, token names, a sentence, tables, pasted text and files."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import pandas as pd
import streamlit as st

from attention_core.engine.errors import InputError

from .state import MAPPED, PRINTED, WORD_AXES, Numbers, Session, Table
from .tables import embeddings, limited, parse_table, read_upload, tokens_of

MOST_SIZES = 6  # fields side by side
MEANT = 6  # tabs of inputs with room for what each means
UPLOADS = ["csv", "tsv", "txt", "json", "npz"]


def section(session: Session) -> None:
    """All ways to edit the inputs: names, sizes, a sentence, a table, pasted text, a file."""
    numbers = session.numbers
    st.markdown(
        "Change a number on the stage (double-click or double-tap it; a mouse also drags it sideways), or work here. "
        f"Up to {PRINTED} tokens and features are printed with their numbers; up to {MAPPED} tokens are shown as maps."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for axis in numbers.token_axes():
            _names(session, axis)
    _sizes(session)
    _sentence_field(session)
    name = _chosen(numbers)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _editor(session, str(name))
    with right:
        _paste(session, str(name))
        _upload(session, str(name))


def _chosen(numbers: Numbers) -> str:
    """The input whose table is shown: its meaning stands on its tab, or below where tabs are too many for that."""
    meanings = {name: f"{name} · {spec.meaning}" for name, spec in numbers.mechanism.inputs.items()}
    few = len(meanings) <= MEANT
    name = str(
        st.segmented_control(
            "Table", list(meanings), default=next(iter(meanings)), key=f"table-{numbers.mechanism.key}", required=True,
            format_func=lambda name: meanings[name] if few else name,
        )
    )  # fmt: skip
    if not few:
        st.caption(meanings[name])
    return name


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
        session.echo.set(key, ", ".join(numbers.names(axis)))

    def rename(text: str) -> None:
        attempt(session, key, lambda: _renamed(session.numbers, axis, text))

    with st.container(width=400, gap=None):  # two of them side by side
        help_ = "Separated by commas. A name more adds a copy of the last token, a name less removes the last."
        st.text_input(
            f"{'Tokens' if axis in WORD_AXES else 'Names'} along “{axis}”", key=key, help=help_,
            on_change=session.echo.report, args=(key, rename),
        )  # fmt: skip
        _refusal(session, key)


def _renamed(numbers: Numbers, axis: str, text: str) -> Numbers:
    names = tuple(part.strip()[:40] for part in text.split(",") if part.strip())
    if not names:
        raise InputError(f"tokens along “{axis}”", "", "needs at least one name")
    if len(names) > MAPPED:
        raise InputError(f"tokens along “{axis}”", "", f"has {len(names)} names; at most {MAPPED} can be shown")
    return numbers.resized(axis, len(names)).with_labels(axis, names)


def _sizes(session: Session) -> None:
    """A field for every size without names; where they are many, behind one line that opens where one is wrong."""
    numbers = session.numbers
    sizes = {axis: size for axis, size in numbers.sizes().items() if axis not in numbers.token_axes()}
    wrong = any(session.proposals.sentence(_size_key(numbers, axis)) for axis in sizes)
    folded = st.expander("Sizes", expanded=wrong) if len(sizes) > MOST_SIZES else st.container()
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
            f"{axis.capitalize()} size", 1, max(PRINTED, size), key=key,
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
        attempt(session, key, lambda: _with_sentence(session.numbers, axis, st.session_state[f"{key}-text"]))

    with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("A sentence of your own", placeholder="Bark is very cute and he is a dog", key=f"{key}-text")
        if len(axes) > 1:
            st.selectbox("becomes", axes, key=f"{key}-axis", width=160)
        st.form_submit_button("Use the sentence", width="content", on_click=use)
    _refusal(session, key)
    st.caption(
        "Its vectors are made up: each word draws its numbers from a seed of its own letters; nothing was trained."
    )


def _with_sentence(numbers: Numbers, axis: str, text: str) -> Numbers:
    tokens = tokens_of(text)
    numbers = numbers.resized(axis, len(tokens)).with_labels(axis, tokens)
    for name in numbers.mechanism.inputs:
        if numbers.has_vector_per_word(name, axis):
            numbers = numbers.with_input(name, embeddings(tokens, numbers.inputs[name].shape[1]))
    return numbers


# --- one table: grid, pasted text, file ------------------------------------------------------------------------------


def _editor(session: Session, name: str) -> None:
    """The grid keeps its own edits on top of a snapshot; the snapshot is renewed when the numbers change elsewhere."""
    numbers, table = session.numbers, session.numbers.inputs[name]
    block = _block(numbers, name)
    memory = st.session_state.setdefault(
        f"grid-{numbers.mechanism.key}-{name}-{block}", {"base": table, "seen": table, "turn": 0}
    )
    if memory["seen"] is not table and not _same(memory["seen"], table):
        memory.update(base=table, seen=table, turn=memory["turn"] + 1)
    key = f"grid-{numbers.mechanism.key}-{name}-{block}-{memory['turn']}"

    def take_edits() -> None:
        changes = st.session_state[key]["edited_rows"]
        attempt(session, key, lambda: session.numbers.with_input(name, _edited(memory["base"], block, changes)))
        memory["seen"] = session.numbers.inputs[name]

    st.data_editor(
        _frame(numbers, name, memory["base"][block]), key=key, on_change=take_edits, width="stretch", num_rows="fixed"
    )
    _refusal(session, key)


def _block(numbers: Numbers, name: str) -> tuple[int, ...]:
    """Which table of an input of more than two axes is in the grid: a choice for every axis before the last two."""
    return tuple(
        st.selectbox(
            axis.capitalize(), range(size), format_func=numbers.names(axis).__getitem__, width=200,
            key=f"block-{numbers.mechanism.key}-{name}-{axis}-{size}",
        )
        for axis, size in zip(numbers.mechanism.positions(name)[:-2], numbers.inputs[name].shape, strict=False)
    )  # fmt: skip


def _same(a: Table, b: Table) -> bool:
    return a.shape == b.shape and bool((a == b).all())


def _frame(numbers: Numbers, name: str, table: Table) -> pd.DataFrame:
    axes = numbers.mechanism.positions(name)[-2:]
    rows = table if table.ndim > 1 else table[None]
    given = numbers.labels.get(axes[-1], ())
    columns = [f"{n + 1} {given[n]}" if n < len(given) else f"{n + 1}" for n in range(rows.shape[1])]
    index = list(numbers.names(axes[0])) if len(axes) > 1 else [name]
    shown = rows != 0 if numbers.mechanism.inputs[name].switch else rows
    return pd.DataFrame(shown, columns=columns, index=pd.Index(index[: rows.shape[0]], name=axes[0]))


def _edited(base: Table, block: tuple[int, ...], changes: dict[int, dict[str, float | None]]) -> list[object]:
    whole: list[object] = base.tolist()
    table: list[list[object]] = whole if base.ndim > 1 else [whole]  # type: ignore[assignment]
    for i in block:
        table = table[i]  # type: ignore[assignment]
    for row, cells in changes.items():
        for column, value in cells.items():
            table[int(row)][int(column.split()[0]) - 1] = "an empty cell" if value is None else value
    return whole


def _paste(session: Session, name: str) -> None:
    key = f"paste-{session.numbers.mechanism.key}-{name}"

    def replace() -> None:
        text, dimensions = st.session_state[f"{key}-text"], len(session.numbers.mechanism.inputs[name].axes)
        attempt(session, key, lambda: with_tables(session.numbers, {name: parse_table(name, text, dimensions)}))

    with st.form(key, border=False):
        st.text_area(f"Paste a table for {name}", key=f"{key}-text", height=110, placeholder=_example(session, name))
        st.form_submit_button(f"Replace {name}", on_click=replace)
    _refusal(session, key)


def _example(session: Session, name: str) -> str:
    spec = session.numbers.mechanism.inputs[name]
    if spec.switch:
        return "1, 0, 0\n1, 1, 0"
    several = len(spec.axes) > 2
    return "1, 0, 1/2, 25%\n0, 2, 0, -1" + ("\n\na blank line between tables" if several else "")


def with_tables(numbers: Numbers, tables: dict[str, Table]) -> Numbers:
    """New tables; where one brings other tokens, the other inputs of that axis are cut or continued."""
    tokens = numbers.token_axes()
    for name, table in tables.items():
        axes = numbers.mechanism.positions(name)
        for axis, size in zip(axes, limited(name, table).shape, strict=True):
            if axis in tokens and numbers.sizes()[axis] != size:
                numbers = numbers.resized(axis, size)
    return numbers.with_(inputs={**numbers.inputs, **tables})


def _upload(session: Session, name: str) -> None:
    key = f"upload-{session.numbers.mechanism.key}-{name}"

    def use_file() -> None:
        file = st.session_state[f"{key}-file"]
        known = {n: len(spec.axes) for n, spec in session.numbers.mechanism.inputs.items()}
        if file is not None:
            attempt(
                session, key, lambda: with_tables(session.numbers, read_upload(file.name, file.getvalue(), name, known))
            )

    help_ = "JSON and NPZ may hold several inputs by name. Pickled data is never opened."
    st.file_uploader(
        f"Or a file for {name}: CSV, JSON or NPZ", UPLOADS, key=f"{key}-file", on_change=use_file, help=help_
    )
    _refusal(session, key)
