"""Which language a visitor reads; `catalogues` has what is said in each.

It is the one in the address (`lang=zh`), else the one chosen before in this session, else the browser's. An address
names it wherever it is not English, so that a link opens in the language of who made it.
"""

from __future__ import annotations

from functools import lru_cache

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from attention_core.engine import language
from attention_core.engine.language import SOURCE

from .catalogues import NAMES

PARAMETER = "lang"
_KEPT = "language"  # in the state of a visit


def asked(wanted: str, kept: str, accepted: str) -> str:
    """The language of the address, else the one kept, else the first that the browser accepts and that is there."""
    known = language.languages()
    return wanted if wanted in known else kept if kept in known else accepted_of(accepted)


@lru_cache(maxsize=256)
def accepted_of(header: str) -> str:
    """The language of a header Accept-Language that is there and wanted most; English where none is."""
    wanted = []
    for part in header.split(","):
        tag, _, quality = part.partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag.strip().partition("-")[0].lower()))
        except ValueError:
            continue
    known = (name for quality, name in sorted(wanted, key=lambda each: each[0]) if quality and name in NAMES)
    return next(known, SOURCE)


def begin() -> None:
    """At the start of a script run: speak the visitor's language from here on."""
    wanted, kept = st.query_params.get(PARAMETER, ""), st.session_state.get(_KEPT, "")
    found = asked(wanted, kept, st.context.headers.get("Accept-Language", ""))
    st.session_state[_KEPT] = found
    language.set_language(found)


def _of_the_run() -> str:
    """In a thread that a part of a page is drawn in: the language of the page."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return SOURCE
    found = str(st.session_state.get(_KEPT, SOURCE))
    language.set_language(found)
    return found


def in_address() -> dict[str, str]:
    """What an address says of the language in force: nothing of English, unless it was asked for by name."""
    found = language.language()
    context = get_script_run_ctx(suppress_warning=True)
    by_name = context is not None and PARAMETER in st.query_params
    return {PARAMETER: found} if found != SOURCE or by_name else {}


language.otherwise(_of_the_run)
