"""The page that every visit begins with: Streamlit's own, with the lesson's title and with what it will need.

Streamlit asks for a font that this project does not use, and finds out late what a lesson does use: scripts of its own
that it loads when the first element of a kind arrives, and the script of the stage. Named in the page, they arrive
meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit

from attention_core import CURRICULUM

NAME = "Attention Atlas"
HAND_WRITTEN = {
    "microscope": "Microscope", "compare": "Compare two", "map": "The map", "gallery": "Gallery",
    "notation": "Notation", "conventions": "Conventions",
}  # fmt: skip
TITLES = {**HAND_WRITTEN, **{mechanism.key: mechanism.title for mechanism in CURRICULUM}}

STATIC = Path(streamlit.__file__).parent / "static"
# Scripts of Streamlit's that every lesson comes to need, without the letters that mark their version.
DRAWN_WITH = ("BidiComponent", "Button", "ButtonGroup", "Html")

# Text that stands there before the theme has come is of this project's font too. The rule replaces Streamlit's.
_FIRST_FONT = (
    '<style>@font-face { font-family: "Source Sans"; font-weight: 100 900; '
    'src: url("./app/static/inter.woff2") format("woff2"); }</style>'
)
_FONT_NOT_USED = re.compile(r'<link\s+rel="preload"\s+href="[^"]*SourceSans[^>]*>')
_IMPORTED = re.compile(r'(?:from|import)\s*["`]\./([\w.\-]+\.js)["`]')
# Where the server is: Streamlit would first ask below the page's own address, and be told that nothing is there.
_SERVER = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href };</script>'


def title(name: str = "") -> str:
    """A page's title, as browsers show it on a tab: "The worked example · Attention Atlas"."""
    return f"{name} · {NAME}" if name else NAME


def page(path: str, stage: str) -> bytes:
    """The HTML of a page. path: its address below the app's, "" for the first. stage: where the stage's script is."""
    named = title(TITLES.get(path, ""))
    return _template(stage).replace("<title>Streamlit</title>", f"<title>{escape(named)}</title>").encode()


@lru_cache(maxsize=2)
def _template(stage: str) -> str:
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    wanted = [f'<link rel="modulepreload" crossorigin href="./{name}">' for name in (*_scripts(text), stage)]
    return _FONT_NOT_USED.sub("", text).replace("</head>", "\n".join((_SERVER, *wanted, _FIRST_FONT, "</head>")))


def _scripts(text: str) -> Iterator[str]:
    """The scripts of DRAWN_WITH and all that they import, as far as the page does not name them itself."""
    folder = STATIC / "static" / "js"
    waiting = [file.name for name in DRAWN_WITH for file in sorted(folder.glob(f"{name}.*.js"))]
    seen = set(re.findall(r"/static/js/([\w.\-]+\.js)", text))
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield f"static/js/{name}"
        waiting += _IMPORTED.findall((folder / name).read_text(encoding="utf-8"))


def known(guess: str) -> str | None:
    """The address that was meant: itself where it is one, of a lesson written otherwise its key, else the first page's.

    None: no page's address at all, but a file's or one of Streamlit's own.
    """
    if guess == "" or guess in TITLES:
        return guess
    first = guess.partition("/")[0]
    if first.startswith("_") or first in RESERVED or "." in guess:
        return None
    likely = guess.strip("/").lower().replace("_", "-").replace(" ", "-")
    return likely if likely in TITLES else ""


RESERVED = ("static", "app", "media", "component", "atlas", "healthz", "oauth2callback", "auth")
