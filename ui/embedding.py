"""A page of the app in another page: whether it is shown so, and the HTML that puts it there."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from attention_core.engine.language import say, to_say

from .page_address import page_address

EMBED = "embed"
OUTSIDE = to_say("Open in Attention Atlas ↗")
HEIGHT = 900  # px of a frame until it is told how high it has to be, or where the page around it does not listen
# What a page needs for its frames to be as high as what they hold; assets/stage/talk/surroundings.js sends the message.
LISTENER = """<script>
  addEventListener("message", ({ data, source }) => {
    if (data?.subject !== "lti.frameResize") return;
    for (const frame of document.querySelectorAll("iframe"))
      if (frame.contentWindow === source) frame.style.height = `${data.height}px`;
  });
</script>"""


def is_embedded(params: Mapping[str, str]) -> bool:
    """Whether an address with these parameters asks for a page without its furniture, as Streamlit reads it."""
    return params.get(EMBED, "").lower() == "true"


def frame(address: str, title: str) -> str:
    """The element that shows a page in another one. title: what it is called there, for screen readers."""
    style = f"width: 100%; height: {HEIGHT}px; border: 0"
    allowed = 'allow="clipboard-write; fullscreen" loading="lazy"'
    return f'<iframe src="{escape(address)}" title="{escape(title)}" {allowed} style="{style}"></iframe>'


def offered(query: str, title: str) -> None:
    """The code of a frame to be copied, in a dialog. query: the state that it shows."""
    with st.expander(say("In another page")):
        st.markdown(say("For Moodle, Canvas, a book or a site: the lesson without what is around it, as it is now."))
        st.code(frame(page_address("&".join(filter(None, (query, f"{EMBED}=true")))), title), "html", wrap_lines=True)
        st.markdown(say("A page that may have a script grows with the lesson. Paste this into it once:"))
        st.code(LISTENER, "html", wrap_lines=True)
