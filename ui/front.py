"""The page that every visit begins with: Streamlit's own, with the lesson's title and with what it will need.

Streamlit asks for a font that this project does not use, and finds out late what a lesson does use: scripts of its own
that it loads when the first element of a kind arrives, and the script of the stage. Named in the page, they arrive
meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit
from streamlit import config

from attention_core import CURRICULUM
from attention_core.engine.language import SOURCE, language, say, to_say

from .catalogues import TAGS

NAME = to_say("Attention Atlas")
HAND_WRITTEN = {
    "microscope": to_say("Microscope"), "find-my-bug": to_say("Find my bug"), "detective": to_say("Detective"),
    "compare": to_say("Compare two"), "map": to_say("The map"), "gallery": to_say("Gallery"),
    "notation": to_say("Notation"), "conventions": to_say("Conventions"), "plans": to_say("Plans"),
}  # fmt: skip
UNLISTED = {"join": to_say("Join a class")}  # pages that the navigation does not name
TITLES = {**HAND_WRITTEN, **UNLISTED, **{mechanism.key: mechanism.title for mechanism in CURRICULUM}}

STATIC = Path(streamlit.__file__).parent / "static"
# Scripts of Streamlit's that nearly every lesson comes to need, without the letters that mark their version.
DRAWN_WITH = ("BidiComponent", "Button", "ButtonGroup", "Checkbox", "Html", "PageLink")

# Text that stands there before the theme has come is of this project's fonts too. The first replaces Streamlit's.
_FONTS = {"Source Sans": "inter", "Inter": "inter", "JetBrains Mono": "jetbrains-mono"}


def faces(root: str) -> str:
    """Style that says where the app serves the fonts. root: the way from a page to the app's first one, "./"."""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: 100 900; font-display: swap; '
        f'src: url("{root}app/static/{file}.woff2") format("woff2"); }}'
        for family, file in _FONTS.items()
    )


_SIZES = Path(__file__).parent.parent / "assets" / "size.css"
_FONT_NOT_USED = re.compile(r'<link\s+rel="preload"\s+href="[^"]*SourceSans[^>]*>')
_IMPORTED = re.compile(r'(?:from|import)\s*["`]\./([\w.\-]+\.js)["`]')
# Where the server is: Streamlit would first ask below the page's own address, and be told that nothing is there.
_SERVER = '<script>window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href };</script>'
# Streamlit's navigation is ul > div > li, which is no list to a screen reader: each section becomes a list by its name.
# Sections come and go as they are folded, hence the observer. It does not see the stage, which has a tree of its own.
_NAVIGATION = """<script>
new MutationObserver(() => {
  const pages = "[data-testid=stSidebarNavItems]", name = "[data-testid=stNavSectionHeader] > :first-child";
  for (const all of document.querySelectorAll(`${pages}:not([role])`)) all.setAttribute("role", "none");
  for (const section of document.querySelectorAll(`${pages} > div:not([role])`)) {
    section.setAttribute("role", "list");
    section.setAttribute("aria-label", section.querySelector(name)?.textContent ?? "Pages");
  }
}).observe(document, { childList: true, subtree: true });
</script>"""
_SCRIPTS = (_SERVER, _NAVIGATION)
# A class has a script of its own beside the page. It is fetched by browsers that are in a class, or asked for one.
CLASSROOM = r"""<script>
(() => {
  const kept = (store) => { try { return store().getItem("atlas:class"); } catch { return null; } };
  const load = (wish) => import("./%s").then(({ begin }) => begin(wish));
  document.addEventListener("atlas:class", ({ detail }) => load(detail));
  if (window.top !== window) return;
  if (/\/join$/.test(location.pathname)) load("join");
  else if (kept(() => sessionStorage) ?? kept(() => localStorage)) load("");
})();
</script>"""


# A page that is shown in another one tells that one how high it is.
EMBEDDED = '<script>import("./%s")</script>'


def title(name: str = "") -> str:
    """A page's title, as browsers show it on a tab: "The worked example · Attention Atlas"."""
    return f"{name} · {say(NAME)}" if name else say(NAME)


def page(
    path: str, script: str, first: str = "", classroom: str = "", words: Sequence[str] = (), by_name: bool = False
) -> bytes:
    """The HTML of a page, in the language in force.

    path: its address below the app's, "" for the first. script: where the script is that draws what it begins with.
    first: what stands there until Streamlit's elements have come. classroom: where the script of a class is. words:
    where the scripts of the language are: its words, and what says Streamlit's own in it. by_name: whether the address
    asks for the language, so that addresses that a script writes name it too.
    """
    named, first = title(say(TITLES.get(path, ""))), first + (CLASSROOM % classroom if classroom else "")
    text = _template(script).replace("<title>Streamlit</title>", f"<title>{escape(named)}</title>")
    kept = f' data-lang="{language()}"' if by_name or language() != SOURCE else ""
    text = text.replace('<html lang="en">', f'<html lang="{TAGS[language()]}"{kept}>')
    for n, name in reversed(list(enumerate(words))):  # the first has come before anything else is done
        text = text.replace("<head>", f'<head>\n<script src="./{name}"{" type=module" if n else ""}></script>')
    return text.replace("</body>", f"{first}</body>").encode()


@lru_cache(maxsize=2)
def _template(script: str) -> str:
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    first, *wanted = (f'<link rel="modulepreload" crossorigin href="./{name}">' for name in (script, *_scripts(text)))
    size = config.get_option("theme.baseFontSize")
    sizes = f"html{{font-size:{size}px!important}}{_SIZES.read_text(encoding='utf-8')}"
    style = f"<style>{faces('./')}\n{sizes}</style>"
    text = _FONT_NOT_USED.sub("", text).replace("<head>", f"<head>\n{first}")
    return text.replace("</head>", "\n".join((*_SCRIPTS, *wanted, style, "</head>")))


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


RESERVED = ("static", "app", "media", "component", "atlas", "docs", "healthz", "metrics", "oauth2callback", "auth")
