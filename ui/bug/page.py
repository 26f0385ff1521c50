"""The page: what is brought above, what the diagnosis says below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from attention_core.engine.errors import InputError
from attention_core.engine.language import say, term, to_say
from ui.handed_out import handed_out
from ui.inputs import UPLOADS
from ui.lesson import literal
from ui.page_address import page_address
from ui.reading.grammar import HOW
from ui.words import listed

from . import shown
from .bench import Bench
from .example import EXAMPLES
from .fields import BESIDE, GIVEN, RESULTS, SETTINGS, TABLES, Setting
from .link import PARAMETER, bench_of, query_of
from .precision import AS_SEEN, CHOICES, precision_said
from .reading import BY_NAME
from .search import Answer, Search

BENCH = "bug-bench"  # in the state of a visit
MAIN_RESULTS = ("output", "weights", "scores")
LINES = {
    "NumPy": 'np.savez("mine.npz", Q=Q, K=K, V=V, output=out)',
    "PyTorch": (
        'np.savez("mine.npz", **{n: x.detach().cpu().double().numpy() '
        "for n, x in dict(Q=q, K=k, V=v, output=out).items()})"
    ),
    "JAX": (
        'np.savez("mine.npz", **{n: np.asarray(x, "float64") for n, x in dict(Q=q, K=k, V=v, output=out).items()})'
    ),
}
ABOUT = to_say(
    ":gray[Bring the queries, keys and values of an attention of your own, and what it made of them: you are told "
    "where it leaves the right computation, and which known mistake gives exactly these numbers. What you bring is "
    "computed with and nothing else: it is not kept, not passed on, and never run.]"
)


def find_my_bug(pages: Mapping[str, Any]) -> None:
    """pages: of the lessons, by key."""
    st.title(say("Find my bug"), anchor=False)
    st.markdown(say(ABOUT))
    bench = _bench()
    said = st.container()
    _doors(bench)
    _tables(bench)
    left, right = st.columns(2)
    with left:
        _more_tables(bench)
    with right:
        _more_settings(bench)
    _settings(bench)
    answer = _diagnosis(bench, pages)
    if answer and answer.diagnosis:
        said.markdown(f"**[{literal(shown.verdict(answer.diagnosis))}](#{shown.ANCHOR})**")


def _bench() -> Bench:
    """What there is: of this visit, else of the link."""
    if BENCH not in st.session_state:
        packed = st.query_params.get(PARAMETER, "")
        st.session_state[BENCH] = bench_of(packed) if packed else Bench()
    found: Bench = st.session_state[BENCH]
    if PARAMETER in st.query_params and not found.linked:
        del st.query_params[PARAMETER]  # it would bring back what was changed
    return found


# --- what is brought -------------------------------------------------------------------------------------------------


def _doors(bench: Bench) -> None:
    """A file, or an example; and how such a file is made."""
    files, beside = st.columns([3, 2], gap="large")
    with files:
        _uploader(bench)
    with beside:
        st.selectbox(say("A file with a single table is"), (BY_NAME, *TABLES), key="bug-single", format_func=_single)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(say("Try an example"), on_click=_take_example, args=(bench,))
            if bench.tables or bench.texts:
                st.button(say("Empty all"), on_click=_empty, args=(bench,))
            if bench.tables and st.button(say("Link")):
                _link(bench)
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover(say("One line that writes the file"), type="tertiary"):
                _lines()
            with st.popover(say("How numbers are read"), type="tertiary", icon=":material/help:"):
                st.markdown(say(HOW))
    _refusal(bench, "files")
    for note in bench.notes:
        st.caption(literal(note))
    if bench.example:
        st.caption(bench.example)


def _link(bench: Bench) -> None:
    st.dialog(say("Link"))(_linked)(bench)


def _linked(bench: Bench) -> None:
    query = query_of(bench)
    if not query:
        st.warning(say("These numbers are too many for a link: hand on the file."))
        return
    st.markdown(say("The numbers above and the settings are in this link, and nowhere else."))
    handed_out(page_address(query), "bug")


def _lines() -> None:
    """How a file is written, to be copied."""
    for tab, library in zip(st.tabs(list(LINES)), LINES, strict=True):
        with tab:
            st.code(LINES[library], language="python", wrap_lines=True)
    st.caption(
        say(
            "Further steps go by their names: weights=w, scores=s, attn_mask=m, W_q=W. Settings too: is_causal=1, "
            "scale=0.5. `np` is `numpy`."
        )
    )


def _single(name: str) -> str:
    return say(name) if name == BY_NAME else term(name)


def _uploader(bench: Bench) -> None:
    key = f"bug-files-{bench.drop}"

    def take() -> None:
        single = str(st.session_state.get("bug-single", BY_NAME))
        dropped = st.session_state[key]
        files = [(each.name, each.getvalue()) for each in dropped]
        if files:
            bench.drop += 1  # an empty uploader takes the place of this one, and the files go
            bench.files(files, single)
            _forget(dropped)
            _show_texts(bench)

    st.file_uploader(
        say("A file with Q, K, V and your result (NPZ, JSON), or one file for each table (CSV, text, NPY)"),
        UPLOADS,
        accept_multiple_files=True,
        key=key,
        on_change=take,
        help=say("Pickled data is never opened. Arrays and settings go by their names: Q, K, V, output, is_causal."),
    )


def _forget(files: Sequence[Any]) -> None:
    """The server has uploaded files in memory, as long as the visit goes on: these are let go at once."""
    context = get_script_run_ctx()
    if context is None or not isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        return
    for file in files:
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _take_example(bench: Bench) -> None:
    turn = int(st.session_state.get("bug-example", 0))
    st.session_state["bug-example"] = turn + 1
    example = EXAMPLES[turn % len(EXAMPLES)]
    found = _emptied(bench)
    found.hold(example.brought(), say("the example"))
    found.example = say(
        "An example: Q, K and V are made up, and the output is what an implementation with one mistake of the "
        "catalogue gives on them, as it would be printed. Press again for another one."
    )
    _show(found)


def _empty(bench: Bench) -> None:
    _show(_emptied(bench))


def _emptied(bench: Bench) -> Bench:
    bench.stop()
    found = Bench(drop=bench.drop + 1)
    st.session_state[BENCH] = found
    return found


def _show(bench: Bench) -> None:
    """Set every widget to what the bench holds."""
    st.session_state["bug-precision"] = bench.precision
    _show_texts(bench)


def _show_texts(bench: Bench) -> None:
    """The same for texts and settings, which come in files."""
    st.session_state["bug-result"] = bench.result
    for name in TABLES:
        st.session_state[f"bug-text-{name}"] = bench.texts.get(name, "")
    st.session_state["bug-text-result"] = bench.texts.get(bench.result, "")
    for name, setting in SETTINGS.items():
        st.session_state[f"bug-{name}"] = bench.settings.get(name, setting.default)


def _tables(bench: Bench) -> None:
    columns = st.columns(4)
    for column, name in zip(columns, GIVEN, strict=False):
        with column:
            _table(bench, name, f"{name}: {GIVEN[name].meaning}")
    with columns[3]:
        _table(bench, bench.result, say("Your {result}", result=term(bench.result)), "bug-text-result")
        _which_result(bench)


def _table(bench: Bench, name: str, label: str, key: str = "") -> None:
    key = key or f"bug-text-{name}"
    st.session_state.setdefault(key, bench.texts.get(name, ""))

    def take() -> None:
        bench.paste(name, st.session_state[key])

    st.text_area(label, key=key, height=128, on_change=take, placeholder=_placeholder(bench, name))
    if name in bench.tables:
        st.caption(_sizes(bench, name))
    _refusal(bench, name)


def _sizes(bench: Bench, name: str) -> str:
    if name not in bench.tables:
        return say("not read")
    sizes = " × ".join(map(str, bench.tables[name].shape))
    return (
        say("{sizes}, from {origins}", sizes=sizes, origins=literal(bench.origins[name]))
        if name in bench.origins
        else sizes
    )


def _placeholder(bench: Bench, name: str) -> str:
    if name in bench.tables:
        return say("Too many numbers to be written here.")
    return say("Paste a table, or what a program printed")


def _which_result(bench: Bench) -> None:
    st.session_state.setdefault("bug-result", bench.result)
    choices = tuple(dict.fromkeys((*MAIN_RESULTS, bench.result)))

    def call() -> None:
        bench.call_result(str(st.session_state["bug-result"]))

    st.segmented_control(
        say("What your result is"),
        choices,
        key="bug-result",
        on_change=call,
        required=True,
        label_visibility="collapsed",
        format_func=term,
    )


def _more_tables(bench: Bench) -> None:
    names = [name for name in (*BESIDE, *RESULTS) if name != bench.result]
    there = [name for name in names if name in bench.tables or name in bench.refusals]
    with st.expander(say("Masks, projections, a cache, further steps"), expanded=bool(there)):
        if st.session_state.get("bug-table") not in names:
            st.session_state["bug-table"] = there[0] if there else names[0]
        name = str(st.selectbox(say("Table"), names, key="bug-table", format_func=_called, width=420))
        _table(bench, name, _called(name))
        for other in there:
            if other != name:
                st.caption(f"{term(other)}: {_sizes(bench, other)}")
                _refusal(bench, other)


def _called(name: str) -> str:
    meaning = TABLES[name].meaning
    return f"{term(name)}: {meaning}" if meaning else term(name)


def _refusal(bench: Bench, name: str) -> None:
    if name in bench.refusals:
        st.error(literal(bench.refusals[name]), icon=":material/error:")


# --- settings --------------------------------------------------------------------------------------------------------


def _settings(bench: Bench) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="atlas-bug-settings"):
        for name, setting in SETTINGS.items():
            if not setting.more:
                _setting(bench, name, setting)


def _more_settings(bench: Bench) -> None:
    chosen = any(bench.settings.get(name, each.default) != each.default for name, each in SETTINGS.items() if each.more)
    with (
        st.expander(
            say("Positions, cap, temperature, window, precision"), expanded=chosen or bench.precision != AS_SEEN
        ),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        for name, setting in SETTINGS.items():
            if setting.more:
                _setting(bench, name, setting)
        _precision(bench)


def _setting(bench: Bench, name: str, setting: Setting) -> None:
    key = f"bug-{name}"
    st.session_state.setdefault(key, bench.settings.get(name, setting.default))

    def choose() -> None:
        bench.choose(name, st.session_state[key])

    help_ = say("{meaning} In files and in Python it is `{name}`.", meaning=setting.meaning, name=name)
    if isinstance(setting.default, bool):
        st.toggle(setting.title, key=key, on_change=choose, help=help_)
    elif setting.choices:
        st.selectbox(setting.title, setting.choices, key=key, on_change=choose, help=help_, width=190, format_func=say)
    else:
        st.text_input(setting.title, key=key, on_change=choose, help=help_, placeholder=setting.hint, width=190)


def _precision(bench: Bench) -> None:
    st.session_state.setdefault("bug-precision", bench.precision)

    def choose() -> None:
        bench.stop()
        bench.precision = str(st.session_state["bug-precision"])

    st.selectbox(
        say("Precision"), CHOICES, key="bug-precision", on_change=choose, width=190, format_func=precision_said,
        help=say("How far numbers may be apart before they count as wrong."),
    )  # fmt: skip


# --- the diagnosis ---------------------------------------------------------------------------------------------------


def _diagnosis(bench: Bench, pages: Mapping[str, Any]) -> Answer | None:
    if bench.missing:
        st.markdown(_wanted(bench.missing))
        return None
    try:
        bench.search = bench.search or Search(bench.question())
    except InputError as refused:
        st.error(literal(str(refused)), icon=":material/error:")
        return None
    answer = awaited(bench.search)
    if answer.refusal:
        st.error(literal(answer.refusal), icon=":material/error:")
    if answer.diagnosis:
        shown.show(answer.diagnosis, bench.search.question, pages)
    return answer


def _wanted(missing: list[str]) -> str:
    return say(
        ":gray[The diagnosis stands here once there is {listed}.]", listed=listed([term(name) for name in missing])
    )


def awaited(search: Search) -> Answer:
    """The answer; until it comes, how far the search is. Whatever the visitor changes meanwhile ends the waiting."""
    search.begin()
    found = search.answer(0.2)
    place = st.empty()
    while found is None:
        place.progress(search.share, _said(search))
        found = search.answer(0.1)
    place.empty()
    return found


def _said(search: Search) -> str:
    before = search.before
    if before:
        return say("Searches before this one: {before}.", before=before)
    return say("Every known mistake and every pair of them is tried.")
