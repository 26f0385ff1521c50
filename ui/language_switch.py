"""The switch between languages, in the navigation: it loads the page again at the same address in another one."""

from __future__ import annotations

from attention_core.engine.language import language

from .component import component
from .language import NAMES, TAGS
from .wire import WireLanguage

_SWITCH = component("language", "<nav></nav>")


def switch(page: str) -> None:
    """Draw the switch. page: the address of the page, with which it has the address name the language again."""
    data: WireLanguage = {"language": language(), "tags": TAGS, "names": NAMES, "page": page}
    _SWITCH(key="language-switch", data=data)
