"""Components drawn in the browser: the stage, and pictures, of which each has a style and a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import streamlit as st

from attention_stage.wire import WirePayload

from .stage import ASSETS, HTML, built
from .state import Session
from .wire import WireAddress, WireFollow, WireProse

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


# Where the web server serves scripts as files that a browser keeps, by their names, set by itself. Others travel with
# their component.
served_at: dict[str, str] = {}

_LOADER = """const loaded = import(new URL(%s, document.baseURI).href);
export default function show(component) {
  let leave, left = false;
  loaded.then((script) => left || (leave = script.default(component)));
  return () => ((left = true), leave?.());
}
"""


def script(name: str) -> str:
    """The script of a component as Streamlit gets it: itself, or what loads it from where it is served."""
    return _LOADER % json.dumps(served_at[name]) if name in served_at else built(name)


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


@lru_cache(maxsize=1)
def _stage() -> Any:
    return st.components.v2.component("attention_stage", html=HTML, js=script("stage"))


def mount(data: WirePayload | WireAddress, key: str, on_message: Callable[[], None]) -> None:
    """Draw the stage. on_message: is called when a message of the stage has arrived."""
    _stage()(key=key, data=data, on_edit_change=on_message)


def nothing() -> None:
    """The callback of a stage that sends no messages."""


_PROSE = component("prose", "<article></article>")


def prose(html: str, key: str) -> None:
    """A text with formulas as MathML. st.html takes them out; st.markdown fetches a script and fonts to draw them."""
    data: WireProse = {"html": html}
    _PROSE(key=key, data=data)


_FOLLOW = component("follow", "<span></span>")


@contextmanager
def followed(session: Session, name: str, on_near: Callable[[], None] | None = None) -> Iterator[None]:
    """A part of a fragment that is drawn again when the session has changed and the part is in view.

    on_near: is called before it is drawn again because somebody came near; for a part that awaits that.
    """
    key = session.numbers.mechanism.key
    area = f"atlas-{name}-{key}"

    def asked() -> None:
        session.echo.beside()
        if on_near:
            on_near()

    with st.container(key=area):
        data: WireFollow = {
            "key": key, "area": area, "sequence": session.sequence, "revealed": session.revealed,
            "awaits": on_near is not None,
        }  # fmt: skip
        _FOLLOW(key=f"atlas-follow-{name}-{key}", data=data, on_stale_change=asked)
        yield


@contextmanager
def in_dialog(session: Session, name: str) -> Iterator[None]:
    """A dialog is a fragment: drawn from one state, and again when what it shows has changed."""
    with session.lock:
        session.echo.act_in_part()
        with followed(session, name):
            yield
