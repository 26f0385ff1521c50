"""Edits posted by the browser, without a script run.

The browser has computed what follows from an edit and shows it. A post brings it to the session, so that what is drawn
next is drawn from these numbers. The answer has what is computed on the server alone: what is refused and why, and
whether a part of the page that the server draws is out of date.
"""

from __future__ import annotations

import json
import secrets
from typing import Any
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from attention_stage.structure import Shape

from .lesson_payload import drawn_from, of_lesson
from .messages import take
from .state import Session
from .wire import WireAnswer

PATH = "atlas/edits"
MOST_BYTES = 256_000  # of a message: every number of a stage pasted at once
NO_STORE = {"cache-control": "no-store"}

served_under: str | None = None  # the path under which the web server serves, set by it when it starts

_SESSIONS: WeakValueDictionary[str, Session] = WeakValueDictionary()


def register(session: Session) -> str:
    """The name under which posts reach this session: a secret, valid as long as the session lives."""
    if not session.name:
        session.name = secrets.token_urlsafe(18)
        _SESSIONS[session.name] = session
    return session.name


def post_address(name: str) -> str:
    """The absolute path that a browser posts to; "" where this project's server is not running."""
    return f"{served_under}/{PATH}/{name}" if served_under is not None else ""


async def post(request: Request) -> Response:
    """404 where this process has no such session; the browser then sends its edits through the page."""
    session = _SESSIONS.get(request.path_params["name"])
    if session is None:
        return _refused(404)
    if not is_from_this_page(request):
        return _refused(403)
    body = await read_body(request, MOST_BYTES)
    if body is None:
        return _refused(413)
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return _refused(400)
    found = _at_once(session, message) or await run_in_threadpool(answer, session, message)
    return JSONResponse(found, headers=NO_STORE)


def _at_once(session: Session, message: Any) -> WireAnswer | None:
    """The answer, unless a script run of the same visitor holds the lock: the event loop never waits for it.

    To compute the steps takes less time than to have another thread do so.
    """
    if not session.lock.acquire(blocking=False):
        return None
    try:
        return answer(session, message)
    finally:
        session.lock.release()


def _refused(status: int) -> Response:
    return Response(status_code=status, headers=NO_STORE)


def is_from_this_page(request: Request, kind: str = "application/json") -> bool:
    """Whether a page of this site sent a request: by its header, and by a type that other sites may not send."""
    origin = request.headers.get("sec-fetch-site", "same-origin")
    return origin == "same-origin" and request.headers.get("content-type", "").startswith(kind)


async def read_body(request: Request, most: int) -> bytes | None:
    """The body; None where it is too long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            return None
    return body


def answer(session: Session, message: Any) -> WireAnswer:
    """Make the edits of a message, and answer with what is computed on the server alone.

    redraw: whether a part of the page that the server draws is out of date. values: all numbers in force, where the
    browser may have computed with others: where an edit is refused, or was until now, or changes were undone.
    """
    with session.lock:
        before = session.problem
        turned = take(session, message)
        now = drawn_from(session)
        found: WireAnswer = {
            "sequence": session.sequence,
            "redraw": session.drawn != now,
            "history": session.ends,
        }
        if session.problem or before or turned:
            found["problem"], found["refused"] = session.problem, list(session.refused)
            if not found["redraw"]:
                found["values"] = _values(session)
        return found


def _values(session: Session) -> str:
    shape = Shape.of(session.numbers.trace)
    return of_lesson(session.numbers.mechanism, shape, session.last).values(shape.steps)
