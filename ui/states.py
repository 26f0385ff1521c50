"""What a link shows, by request: the stage of a lesson, and which of its challenges are reached.

A browser that follows a class shows the numbers of the teacher's link without a run of its page's script. All learners
of a class ask for the same: each answer is made once, and kept for a while.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from attention_core.engine.errors import InputError
from attention_core.engine.language import cached_by_language
from attention_core.mechanisms import MECHANISMS

from . import share
from .classroom.limits import LONGEST_QUERY
from .handed_out import qr_code
from .lesson_payload import lesson_payload
from .posts import NO_STORE, is_from_this_page, read_body
from .state import Session

PATH = "atlas/link"
MOST_BYTES = 2 * LONGEST_QUERY
LONGEST_ADDRESS = 400  # of a QR code that is asked for


def _session(key: str, query: str) -> Session:
    return share.decode(MECHANISMS[key], dict(parse_qsl(query)))


@cached_by_language(maxsize=64)
def stage(key: str, query: str) -> bytes:
    """The stage at a link, as its page would send it, packed; JSON's null where the page shows maps in its place."""
    session = _session(key, query)
    return _packed(None if session.numbers.is_large() else lesson_payload(session))


@cached_by_language(maxsize=256)
def goals(key: str, query: str) -> bytes:
    """The challenges of a lesson, and which of them the numbers of a link reach, packed."""
    session = _session(key, query)
    trace = session.numbers.trace
    found = [{"goal": each.goal, "reached": each.reached(trace)} for each in MECHANISMS[key].challenges]
    return _packed(found)


def code(key: str, query: str) -> bytes:
    """The QR code of an address, as the address of a picture; "" where it is too long."""
    return _packed(qr_code(query) if len(query) <= LONGEST_ADDRESS else "")


def _packed(found: Any) -> bytes:
    return gzip.compress(json.dumps(found, ensure_ascii=False).encode(), 6)


KINDS: dict[str, Callable[[str, str], bytes]] = {"stage": stage, "goals": goals, "code": code}


async def answer(request: Request) -> Response:
    """400 where it is not asked as described: the key of a lesson, and the query of a link to it."""
    body = await read_body(request, MOST_BYTES) if is_from_this_page(request) else None
    kind = request.path_params["kind"]
    try:
        asked = json.loads(body or b"")
        key, query = asked["lesson"], asked["query"]
        known = kind in KINDS and isinstance(query, str) and (kind == "code" or key in MECHANISMS)
        if not known or len(query) > LONGEST_QUERY:
            return Response(status_code=400, headers=NO_STORE)
        found = await run_in_threadpool(KINDS[kind], key, query)
    except (ValueError, RecursionError, TypeError, KeyError, InputError):
        return Response(status_code=400, headers=NO_STORE)
    return Response(found, 200, {**NO_STORE, "content-encoding": "gzip"}, "application/json")


ROUTES = [Route(f"/{PATH}/{{kind}}", answer, methods=["POST"])]
