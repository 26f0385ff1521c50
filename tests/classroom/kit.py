"""Requests to a class as a web server would pass them on, in this process and without a socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette

from ui.classroom import routes
from ui.classroom.routes import ROUTES, Classroom

PATIENCE = 10.0  # seconds until something that does not come counts as missing
OWN = {"content-type": "application/json", "sec-fetch-site": "same-origin"}
APP = Starlette(routes=ROUTES)


@dataclass
class Answer:
    """Status, headers and body of an answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def scope_of(method: str, path: str, key: str, headers: dict[str, str], address: str) -> dict[str, Any]:
    given = {**headers, **({"atlas-key": key} if key else {})}
    path, _, query = path.partition("?")
    return {
        "type": "http", "method": method, "path": path, "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), text.encode()) for name, text in given.items()], "client": (address, 1),
    }  # fmt: skip


async def ask(
    path: str, message: Any = None, key: str = "", *, method: str = "POST", headers: dict[str, str] = OWN,
    address: str = "10.0.0.1", body: bytes | None = None,
) -> Answer:  # fmt: skip
    """The answer to one request. message: its JSON; body: in place of it."""
    answer, sent = Answer(), [body if body is not None else json.dumps(message or {}).encode()]

    async def receive() -> dict[str, Any]:
        if not sent:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": sent.pop(), "more_body": False}

    async def send(part: Any) -> None:
        if part["type"] == "http.response.start":
            answer.status = part["status"]
            answer.headers = {name.decode(): text.decode() for name, text in part["headers"]}
        answer.body += part.get("body", b"")

    await asyncio.wait_for(
        APP(scope_of(method, f"/atlas/class/{path}", key, headers, address), receive, send), PATIENCE
    )
    return answer


class Events:
    """A stream of events that is open."""

    def __init__(self) -> None:
        self.status = 0
        self._came: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._rest = b""

    async def send(self, part: Any) -> None:
        if part["type"] == "http.response.start":
            self.status = part["status"]
        self._rest += part.get("body", b"")
        *whole, self._rest = self._rest.split(b"\n\n")
        for text in whole:
            lines = dict(line.split(": ", 1) for line in text.decode().split("\n") if not line.startswith(":"))
            if lines:
                self._came.put_nowait((lines["event"], json.loads(lines["data"])))

    async def next(self, kind: str, **wanted: Any) -> Any:
        """The next event of a kind whose fields are these; others are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                came, content = await self._came.get()
                if came == kind and all(content[name] == value for name, value in wanted.items()):
                    return content

    def rest(self) -> list[tuple[str, Any]]:
        found = []
        while not self._came.empty():
            found.append(self._came.get_nowait())
        return found


@asynccontextmanager
async def listening(path: str, key: str) -> AsyncIterator[Events]:
    events, gone = Events(), asyncio.Event()
    asked = [b""]

    async def receive() -> dict[str, Any]:
        if asked:
            return {"type": "http.request", "body": asked.pop(), "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    task = asyncio.create_task(
        APP(scope_of("GET", f"/atlas/class/{path}", key, OWN, "10.0.0.1"), receive, events.send)  # type: ignore[arg-type]
    )
    try:
        yield events
    finally:
        gone.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, PATIENCE)


@asynccontextmanager
async def serving(room: Classroom) -> AsyncIterator[Classroom]:
    """Requests reach these classes until the block ends."""
    before, routes._open = routes._open, room
    try:
        yield room
    finally:
        await room.close()
        routes._open = before


async def started(**message: Any) -> tuple[str, str]:
    """Code and secret of a new class."""
    found = (await ask("start", message)).json
    return found["code"], found["secret"]


async def joined(code: str, **message: Any) -> str:
    """The token of a new learner."""
    answer = await ask(f"{code}/join", message)
    assert answer.status == 200, answer.body
    return str(answer.json["token"])
