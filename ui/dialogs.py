"""Share, Export and Teach: what the buttons at the right of the title open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from attention_core.engine.language import say, term
from attention_stage.payload import opening_step

from . import embedding, export, share, teach, worksheet
from .component import component_in_dialog, in_dialog
from .handed_out import handed_out
from .page_address import page_address
from .state import Session
from .wire import WireSave

_SAVE = component_in_dialog(
    "save",
    '<div><button data-format="png">Stage as PNG</button><button data-format="svg">Stage as SVG</button></div>',
    """
div { display: flex; gap: 1rem; width: 100%; font-size: .875rem; }
button { flex: 1; font: inherit; padding: .4rem .75rem; cursor: pointer; color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
""",
)

CSV_STYLE = "csv-style"  # in the state of a visit
COOKIE = "atlas-csv"  # in the browser; assets/stage/entries/save.js writes it


def buttons(session: Session) -> None:
    """The buttons Share, Export and Teach, each of which opens a dialog; without those that a teacher's link hides."""
    for part, label, icon, show in (
        ("share", say("Share"), "link", _share),
        ("export", say("Export"), "download", _export),
        ("teach", say("Teach"), "co_present", teach.dialog),
    ):
        if not session.hides(part) and st.button(label, icon=f":material/{icon}:", on_click=session.echo.beside):
            show(session)


def _share(session: Session) -> None:
    st.dialog(say("Share"))(_shared)(session)


def _shared(session: Session) -> None:
    with in_dialog(session, "share"):
        st.markdown(say("This link opens the same page with the same numbers, step and pinned cell."))
        query, mechanism = share.encode(session), session.numbers.mechanism
        handed_out(page_address(query), f"share-{mechanism.key}")
        embedding.offered(query, mechanism.title)
        if share.too_long(session.numbers):
            st.warning(
                say(
                    "The edited numbers are too many for a link and are left out: "
                    "export them as JSON and upload that file."
                )
            )


def _export(session: Session) -> None:
    st.dialog(say("Export"))(_exported)(session)


def _exported(session: Session) -> None:
    with in_dialog(session, "export"):
        _files(session)


def _files(session: Session) -> None:
    numbers, trace = session.numbers, session.numbers.trace
    name = numbers.mechanism.key
    stop = session.view.stop or opening_step(trace)
    shown = stop if stop in trace else trace.output.name
    style = _csv_style(session)
    files: list[tuple[str, Callable[[], str | bytes], str, str]] = [
        (
            say("“{shown}” as CSV", shown=term(shown)),
            lambda: export.csv_file(trace[shown], style),
            f"{name}-{shown.replace(' ', '-')}.csv",
            "text/csv",
        ),
        (say("Every step as JSON"), lambda: export.trace_json(session), f"{name}.json", "application/json"),
        (say("Every step as NPZ"), lambda: export.trace_npz(trace), f"{name}.npz", "application/octet-stream"),
        (say("NumPy script"), trace.to_numpy_code, f"{name}_numpy.py", "text/x-python"),
        (say("PyTorch script"), trace.to_torch_code, f"{name}_torch.py", "text/x-python"),
        (say("Worksheet to print"), lambda: worksheet.worksheet(session), f"{name}-worksheet.html", "text/html"),
        (say("Interactive handout"), lambda: export.handout(session), f"{name}-handout.html", "text/html"),
    ]
    st.caption(
        say(
            "All made of the numbers on screen. The worksheet has its answers on a second page; "
            "the handout is one HTML file that works from disk."
        )
    )
    if numbers.is_large():
        files = files[:-2]  # too many cells to print or to draw
    left, right = st.columns(2)
    for n, (label, make, filename, mime) in enumerate(files):
        with (left, right)[n % 2]:
            st.download_button(label, make, filename, mime, on_click="ignore", width="stretch")
    data: WireSave = {"pictures": not numbers.is_large(), "kept": list(export.STYLES).index(style)}
    _SAVE(key=f"save-{name}", data=data, width="stretch")


def _csv_style(session: Session) -> str:
    """How CSV files are written: chosen once for all lessons, and kept in the browser for the next visit."""
    key = f"csv-style-{session.numbers.mechanism.key}"
    st.session_state.setdefault(key, st.session_state.get(CSV_STYLE) or _kept_style())
    style = str(st.radio(say("Numbers in CSV files"), list(export.STYLES), key=key, horizontal=True, format_func=say))
    st.session_state[CSV_STYLE] = style
    return style


def _kept_style() -> str:
    """The style that this browser keeps, by its number."""
    kept = st.context.cookies.get(COOKIE, "")
    return {str(n): style for n, style in enumerate(export.STYLES)}.get(kept, export.PLAIN_STYLE)
