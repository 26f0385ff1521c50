"""Components for pictures drawn in the browser: each has a style and a script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from .stage import ASSETS, script
from .state import Session
from .wire import WireFollow, WireProse

FRONT = ("front",)
PARTS = {
    "add": ("plan",),
    "plans": ("plan",),
    "alignment": ("player",),
    "sentence": FRONT,
    "atlas": FRONT,
    "duo": ("front", "player"),
    "find": FRONT,
    "microscope": FRONT,
    "resume": FRONT,
    "tour": FRONT,
}  # whose style a picture has besides its own


def style(name: str) -> str:
    """The stylesheet of a picture, with those of its parts in front."""
    found = (ASSETS / f"{each}.css" for each in (*PARTS.get(name, ()), name))
    return "\n".join(path.read_text(encoding="utf-8") for path in found if path.exists())


def component(name: str, html: str = "<figure></figure>") -> Any:
    """The Streamlit component of a picture. html: the element that its script fills."""
    return st.components.v2.component(f"attention_{name}", html=html, css=style(name), js=script(name))


def component_in_dialog(name: str, html: str, css: str = "") -> Any:
    """The same in the tree of the page itself, with its style kept to it: Tab does not enter another tree in a dialog.

    css: its style, where it has no file of its own.
    """
    within = f"attention-{name}"
    return st.components.v2.component(
        f"attention_{name}", html=f'<div class="{within}">{html}</div>', css=f".{within} {{\n{css or style(name)}\n}}",
        js=script(name), isolate_styles=False,
    )  # fmt: skip


_PROSE = component("prose", "<article></article>")


def prose(html: str, key: str) -> None:
    """A text with formulas as MathML. st.html takes them out; st.markdown fetches a script and fonts to draw them."""
    data: WireProse = {"html": html}
    _PROSE(key=key, data=data)


_FOLLOW = component("follow", "<span></span>")


@contextmanager
def followed(session: Session, name: str) -> Iterator[None]:
    """A part of a fragment that is drawn again when the session has changed and the part is in view."""
    key = session.numbers.mechanism.key
    area = f"atlas-{name}-{key}"
    with st.container(key=area):
        data: WireFollow = {"key": key, "area": area, "sequence": session.sequence, "revealed": session.revealed}
        _FOLLOW(key=f"atlas-follow-{name}-{key}", data=data, on_stale_change=session.echo.beside)
        yield


@contextmanager
def in_dialog(session: Session, name: str) -> Iterator[None]:
    """A dialog is a fragment: drawn from one state, and again when what it shows has changed."""
    with session.lock:
        session.echo.act_in_part()
        with followed(session, name):
            yield
