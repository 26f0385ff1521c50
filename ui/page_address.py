"""The address of the page on screen."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from .language import in_address


def page_address(query: str) -> str:
    """This page's address with another query string."""
    scheme, netloc, path, *_ = urlsplit(st.context.url or "")
    return urlunsplit((scheme, netloc, path, with_language(query), ""))


def with_language(query: str) -> str:
    """A query string that also names the language, where an address names it."""
    return "&".join(filter(None, (query, urlencode(in_address()))))
