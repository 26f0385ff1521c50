"""What the web server does before and around the script: warm imports, compressed files, the page of a first visit."""

from __future__ import annotations

import gc
import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit
import uvicorn.protocols.http.h11_impl as http
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from attention_core.engine.language import SOURCE, language, speaking

from . import (
    ahead,
    catalogues,
    component,
    docs,
    embedding,
    find,
    front,
    health,
    memory,
    plan_sheet,
    posts,
    stage,
    states,
)
from . import language as languages
from .classroom import routes as classroom
from .microscope import routes as microscope

STATIC = Path(streamlit.__file__).parent / "static" / "static"
_FILE = re.compile(r"/static/((?:js|css)/[\w.\-]+\.(js|css))")
_KINDS = {"js": b"text/javascript; charset=utf-8", "css": b"text/css; charset=utf-8"}


@asynccontextmanager
async def warm(_: Any) -> AsyncIterator[None]:
    """Import the slow modules before the first visit, and exempt all that is loaded from garbage collection."""
    import pandas
    import plotly.graph_objects
    import pyarrow

    memory.share_pools()
    _ = (pandas, plotly.graph_objects, pyarrow)
    # A folder called pages/ makes Streamlit look for pages of its own until st.navigation first runs, so that the first
    # deep link shows "Page not found". This project always navigates by st.navigation.
    PagesManager.uses_pages_directory = False
    posts.served_under = "/".join(("", *filter(None, [config.get_option("server.baseUrlPath").strip("/")])))
    component.served_at |= {name: f"{posts.served_under}/{address}" for name, address in _ADDRESSES.items()}
    gc.collect()
    gc.freeze()
    yield
    await classroom.close()


class Compressed:
    """Serves Streamlit's own scripts and styles gzipped, which Streamlit leaves to a proxy in front of it."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        found = _FILE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        body = _gzipped(found[1]) if found and _accepts(scope) else None
        if found is None or body is None:
            await self.app(scope, receive, send)
            return
        headers = [
            (b"content-type", _KINDS[found[2]]),
            (b"content-encoding", b"gzip"),
            (b"vary", b"Accept-Encoding"),
            (b"cache-control", b"public, immutable, max-age=31536000"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


ICONS = Path(__file__).parent.parent / "static" / "icons.woff2"
_ALL_ICONS = re.compile(r"/static/media/MaterialSymbols-Rounded[\w.\-]*\.woff2")


class Front:
    """Serves the page that every visit begins with (see `front`), and of all icons those that are used."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = await _front(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (answer or self.app)(scope, receive, send)


async def _front(scope: Any) -> Response | None:
    below = posts.served_under or ""
    if not scope["path"].startswith(below):
        return None
    path = scope["path"].removeprefix(below)
    if _ALL_ICONS.fullmatch(path):
        return Response(ICONS.read_bytes(), media_type="font/woff2", headers={"cache-control": "public, max-age=86400"})
    if not path.startswith("/") or path.startswith("//") or not _wants_a_page(scope):
        return None
    meant = front.known(path[1:])
    if meant is None:
        return None
    return (
        await run_in_threadpool(_page, meant, scope)
        if meant == path[1:]
        else _elsewhere(meant, path, scope["query_string"])
    )


def _page(path: str, scope: Any) -> Response:
    query = scope["query_string"].decode("latin-1")
    params = dict(parse_qsl(query))
    wanted = params.get(languages.PARAMETER, "")
    with speaking(languages.asked(wanted, "", _header(scope, b"accept-language"))):
        script = _ADDRESSES["stage" if path else "sentence"]
        first = ahead.ahead(path, query, script)
        words = catalogues.words_path(language()) if language() != SOURCE else ""
        if embedding.is_embedded(params):
            first += front.EMBEDDED % _ADDRESSES["embedded"]
        scripts = (words, _ADDRESSES["widgets"]) if words else ()
        body = front.page(path, script, first, _ADDRESSES["classroom"], scripts, wanted == language())
    headers = {"cache-control": "no-cache", "vary": "Accept-Encoding, Accept-Language"}
    if _accepts(scope):
        body, headers = gzip.compress(body, 6), {**headers, "content-encoding": "gzip"}
    return Response(body, media_type="text/html", headers=headers)


def _elsewhere(meant: str, path: str, query: bytes) -> Response:
    """To the page that was meant, by an address that also holds behind a proxy which takes a prefix away."""
    up = "../" * (path.count("/") - 1) or "./"
    asked = f"?{query.decode('latin-1')}" if query else ""
    return Response(status_code=307, headers={"location": f"{up}{meant}{asked}", "cache-control": "no-cache"})


def _wants_a_page(scope: Any) -> bool:
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


LONGEST_QUERY = 30_000
# A link may be as long as browsers send at all. uvicorn answers such a request line with a bare "400"
# before any page can explain; Streamlit starts uvicorn itself and offers no setting, hence the constant.
http.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE = 4_000_000  # type: ignore[attr-defined]


class Bounded:
    """Redirects a request with an overlong query string to the page without it, which shows a note."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or len(scope["query_string"]) <= LONGEST_QUERY:
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"?data=too-long")]})
        await send({"type": "http.response.body", "body": b""})


def _header(scope: Any, name: bytes) -> str:
    return str(dict(scope["headers"]).get(name, b"").decode("latin-1"))


def _accepts(scope: Any) -> bool:
    return "gzip" in _header(scope, b"accept-encoding")


class Speaking:
    """Answers in the language that a request accepts first; scripts of a page ask in the language of the page."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with speaking(languages.accepted_of(_header(scope, b"accept-language"))):
            await self.app(scope, receive, send)


@lru_cache(maxsize=512)
def _gzipped(name: str) -> bytes | None:
    file = STATIC / name
    return gzip.compress(file.read_bytes(), 6) if file.is_file() else None


# Scripts that a page may begin with, as files: each under an address of its own, another one for each version.
_SCRIPTS = {name: stage.built(name).encode() for name in ("stage", "sentence", "classroom", "embedded", "widgets")}
_ADDRESSES = {name: f"atlas/{name}-{hashlib.sha256(text).hexdigest()[:12]}.js" for name, text in _SCRIPTS.items()}


def _script(name: str) -> Route:
    async def serve(_: Request) -> Response:
        return _kept(_gzipped_script(name), "text/javascript")

    return Route(f"/{_ADDRESSES[name]}", serve)


async def _index(request: Request) -> Response:
    """What the search finds, in the language of the address."""
    return _kept(_gzipped_index(request.path_params["language"]), "application/json")


async def _words(request: Request) -> Response:
    """What the scripts of a page say in the language of the address."""
    return _kept(_gzipped_words(request.path_params["language"]), "text/javascript")


def _kept(gzipped: bytes, kind: str) -> Response:
    """To be cached without end: another version has another address."""
    headers = {"content-encoding": "gzip", "cache-control": "public, immutable, max-age=31536000"}
    return Response(gzipped, media_type=kind, headers=headers)


@lru_cache(maxsize=len(_SCRIPTS))
def _gzipped_script(name: str) -> bytes:
    return gzip.compress(_SCRIPTS[name], 9)


@lru_cache(maxsize=8)
def _gzipped_index(name: str) -> bytes:
    return gzip.compress(find.content(name if name in catalogues.NAMES else SOURCE), 9)


@lru_cache(maxsize=8)
def _gzipped_words(name: str) -> bytes:
    return gzip.compress(catalogues.words_script(name if name in catalogues.NAMES else SOURCE).encode(), 9)


SETTINGS: dict[str, Any] = {
    "lifespan": warm,
    "middleware": [Middleware(each) for each in (health.Measured, Speaking, Bounded, Front, Compressed)],
    "routes": [
        *map(_script, _SCRIPTS),
        Route("/atlas/find-{language}-{version}.json", _index),
        Route("/atlas/words-{language}-{version}.js", _words),
        Route(f"/{posts.PATH}/{{name}}", posts.post, methods=["POST"]),
        Route(f"/{plan_sheet.PATH}", plan_sheet.post, methods=["POST"]),
        Route(f"/{microscope.PATH}/{{what}}", microscope.post, methods=["POST"]),
        *classroom.ROUTES,
        Route(f"/{microscope.PATH}/files/{{session}}/{{file}}", microscope.receive, methods=["POST"]),
        *states.ROUTES,
        *docs.ROUTES,
        Route("/healthz", health.healthz),
        Route("/metrics", health.metrics),
    ],
}
