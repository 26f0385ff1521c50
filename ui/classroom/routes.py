"""The requests of a class: posts of JSON, two streams of events, and the results as a file. See docs/classroom.md.

Whoever asks shows a secret in the header "Atlas-Key": the teacher's, or a learner's token. It stands in no address, and
hence in no log of a proxy; and other sites cannot send such a header.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from attention_core.engine.language import say
from ui.posts import NO_STORE, is_from_this_page, read_body

from . import results
from .classes import Classes, Member, spelled
from .hub import Hub, Room
from .limits import MOST_BYTES, Limits
from .reading import fields
from .refusals import Refusal, no_class, too_often
from .store import FullError, GoneError, Store, StoreError

PATH = "atlas/class"
KEY = "atlas-key"
BEAT = 10  # seconds between signs of life on a stream: proxies close what is silent
STUCK = 30.0  # seconds after which a browser that takes nothing is let go
Handler = Callable[["Classroom", Request], Awaitable[Response]]


class Classroom:
    """Everything of this process that belongs to classes; made when the first request comes."""

    def __init__(self, store: Store, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.store, self.classes = store, Classes(store, self.limits)
        self.hub = Hub(self.classes)

    async def close(self) -> None:
        await self.hub.close()
        await self.store.close()


_open: Classroom | None = None


def classroom() -> Classroom:
    """The classes of this process."""
    global _open
    if _open is None:
        _open = Classroom(chosen_store())
    return _open


async def close() -> None:
    """When the server ends."""
    global _open
    if _open is not None:
        ended, _open = _open, None
        await ended.close()


async def check() -> None:
    """Raises StoreError where classes are out of reach. A file is looked for once there is a class."""
    if _open is not None or os.environ.get("ATLAS_REDIS_URL"):
        await classroom().store.check()


def rooms() -> list[Room]:
    """The classes that have browsers in this process."""
    return [*_open.hub.rooms.values()] if _open is not None else []


def chosen_store() -> Store:
    """Redis where ATLAS_REDIS_URL names one; else a file, ATLAS_CLASS_FILE or one in the system's temporary folder."""
    url = os.environ.get("ATLAS_REDIS_URL", "")
    if url:
        from .redis_store import RedisStore

        return RedisStore(url)
    from .sqlite_store import SqliteStore

    named = os.environ.get("ATLAS_CLASS_FILE", "")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return SqliteStore(Path(named or Path(tempfile.gettempdir()) / f"attention-atlas-{user}" / "classes.sqlite3"))


def _answered(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A route whose refusals are one sentence each."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(classroom(), request)
        except Refusal as refusal:
            return _said(refusal.status, {"problem": refusal.sentence})
        except (GoneError, FullError):
            return _said(404, {"problem": no_class().sentence})
        except StoreError:
            sentence = say("The class cannot be reached at the moment. Nothing is lost: try again in a few seconds.")
            return _said(503, {"problem": sentence})

    return answer


def _said(status: int, content: Any) -> Response:
    more = {"retry-after": "2"} if status in (429, 503) else {}
    return JSONResponse(content, status, {**NO_STORE, **more})


# --- posts ------------------------------------------------------------------------------------------------------------


async def _message(request: Request, who: str) -> dict[str, Any]:
    """The JSON of a post from a page of this site. Raises Refusal."""
    if not is_from_this_page(request):
        raise Refusal(403, say("Only pages of this site can speak for a class."))
    body = await read_body(request, MOST_BYTES[who])
    if body is None:
        raise Refusal(413, say("A request has at most {most_bytes} bytes.", most_bytes=MOST_BYTES[who]))
    try:
        return fields(json.loads(body or b"{}"))
    except (ValueError, RecursionError) as problem:
        raise Refusal(400, say("A request to a class is a JSON object.")) from problem


def _code(request: Request) -> str:
    found = spelled(request.path_params["code"])
    if not found:
        raise no_class()
    return found


async def _member(room: Classroom, request: Request) -> Member:
    return await room.classes.member(_code(request), request.headers.get(KEY, ""), _address(request))


async def _taught(room: Classroom, request: Request) -> str:
    """The code of a class whose teacher asks."""
    code = _code(request)
    await room.classes.teacher(code, request.headers.get(KEY, ""), _address(request))
    return code


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def _start(room: Classroom, request: Request) -> Response:
    return _said(201, await room.classes.start(await _message(request, "learner"), _address(request)))


async def _look(room: Classroom, request: Request) -> Response:
    await _message(request, "learner")
    return _said(200, await room.classes.look(_code(request), _address(request)))


async def _join(room: Classroom, request: Request) -> Response:
    message = await _message(request, "learner")
    return _said(200, await room.classes.join(_code(request), message, _address(request)))


LEARNER: dict[str, Callable[[Classes, Member, dict[str, Any]], Awaitable[Any]]] = {
    "leave": Classes.leave,
    "follow": Classes.follow,
    "answer": Classes.answer,
    "reached": Classes.reach,
}
TEACHER: dict[str, Callable[[Classes, str, dict[str, Any]], Awaitable[int | None]]] = {
    "show": Classes.show,
    "ask": Classes.ask,
    "close": Classes.close_question,
    "again": Classes.again,
    "reveal": Classes.reveal,
    "dismiss": Classes.dismiss,
    "challenge": Classes.challenge,
    "end": Classes.end,
}
ANYBODY: dict[str, Handler] = {"look": _look, "join": _join}


async def _post(room: Classroom, request: Request) -> Response:
    what = request.path_params["what"]
    if what in ANYBODY:
        return await ANYBODY[what](room, request)
    if what in LEARNER:
        return await _learner_posts(room, request, what)
    if what in TEACHER:
        return await _teacher_posts(room, request, what)
    raise Refusal(404, say("A class has no such request."))


async def _learner_posts(room: Classroom, request: Request, what: str) -> Response:
    message = await _message(request, "learner")
    member = await _member(room, request)
    if not room.limits.posts.allows(member.key):
        raise too_often()
    return _said(200, await LEARNER[what](room.classes, member, message) or {})


async def _teacher_posts(room: Classroom, request: Request, what: str) -> Response:
    message, code = await _message(request, "teacher"), await _taught(room, request)
    if not room.limits.shows.allows(code):
        raise too_often()
    revision = await TEACHER[what](room.classes, code, message)
    return _said(200, {} if revision is None else {"revision": revision})


# --- streams and the file ---------------------------------------------------------------------------------------------


def _beat() -> ServerSentEvent:
    return ServerSentEvent(comment="", sep="\n")


def _streamed(room: Classroom, code: str, key: str | None, first: dict[str, Any]) -> Response:
    events = room.hub.events(code, key, first)
    return EventSourceResponse(events, ping=BEAT, sep="\n", ping_message_factory=_beat, send_timeout=STUCK)


def _own_page(request: Request) -> None:
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Refusal(403, say("Only pages of this site can speak for a class."))


async def _events(room: Classroom, request: Request) -> Response:
    _own_page(request)
    member = await _member(room, request)
    return _streamed(room, member.code, member.key, {"you": await room.classes.you(member)})


async def _room(room: Classroom, request: Request) -> Response:
    _own_page(request)
    return _streamed(room, await _taught(room, request), None, {})


async def _results(room: Classroom, request: Request) -> Response:
    """?by=nickname: each answer by itself; else how often each was given."""
    _own_page(request)
    code = await _taught(room, request)
    table = results.named if request.query_params.get("by") == "nickname" else results.counted
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="class-{code}.csv"'}
    return Response(await table(room.classes, code), 200, headers, "text/csv; charset=utf-8")


ROUTES = [
    Route(f"/{PATH}/start", _answered(_start), methods=["POST"]),
    Route(f"/{PATH}/{{code}}/events", _answered(_events), methods=["GET"]),
    Route(f"/{PATH}/{{code}}/room", _answered(_room), methods=["GET"]),
    Route(f"/{PATH}/{{code}}/results", _answered(_results), methods=["GET"]),
    Route(f"/{PATH}/{{code}}/{{what}}", _answered(_post), methods=["POST"]),
]
