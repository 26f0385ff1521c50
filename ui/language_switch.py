"""The switch between languages, in the navigation: it loads the page again at the same address in another one."""

from __future__ import annotations

from attention_core.engine.language import language

from .catalogues import NAMES, TAGS
from .component import component
from .wire import WireLanguage

_SWITCH = component("language", "<nav></nav>")


def switch(page: str) -> None:
    """Draw the switch. page: the address of the page, with which it has the address name the language again."""
    data: WireLanguage = {"language": language(), "tags": TAGS, "names": NAMES, "page": page}
    _SWITCH(key="language-switch", data=data)
