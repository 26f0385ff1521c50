"""The address of the page on screen."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import streamlit as st


def page_address(query: str) -> str:
    """This page's address with another query string."""
    scheme, netloc, path, *_ = urlsplit(st.context.url or "")
    return urlunsplit((scheme, netloc, path, query, ""))
