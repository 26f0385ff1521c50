"""A link to be handed out: to be copied by a large button, and as a QR code for those who only see the screen."""

from __future__ import annotations

from functools import lru_cache

import segno
import streamlit as st

from attention_core.engine.language import say, to_say

from .component import component_in_dialog
from .wire import WireCopy

_COPY = component_in_dialog("copy", "<section></section>")
TOO_LONG = to_say("This link is too long for a QR code (it holds many numbers). Copy it instead.")


def handed_out(address: str, key: str) -> None:
    """key: of the place where it stands."""
    code = qr_code(address)
    data: WireCopy = {"link": address, "code": code, "note": "" if code else say(TOO_LONG)}
    _COPY(key=f"copy-{key}", data=data, width="stretch")
    with st.expander(say("The link as text")):
        st.code(address, language=None, wrap_lines=True)


@lru_cache(maxsize=64)
def qr_code(address: str) -> str:
    """The QR code as the address of a picture, black on white with the quiet border; "" where none holds so much.

    As much error correction as fits in the smallest code that holds the address (ISO/IEC 18004).
    """
    try:
        return str(segno.make(address, error="l", micro=False).svg_data_uri(scale=4, border=4, light="#fff"))
    except segno.DataOverflowError:
        return ""
