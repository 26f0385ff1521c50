"""A teacher and learners without browsers: they speak the protocol of docs/classroom.md over sockets of their own.

As a browser does, they open a lost stream again and post an answer again until it is acknowledged or refused. Nothing
is drawn, so what they measure is the server and the way to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

HEAD = (
    "{method} /atlas/class/{path} HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: same-origin\r\nAtlas-Key: {key}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n{cookie}\r\n"
)
LOST = (OSError, asyncio.IncompleteReadError, TimeoutError)
PAUSES = (0.0, 0.25, 0.5, 1.0)  # seconds until a lost stream or post is tried again; the last one from then on
PATIENCE = 30.0  # seconds without an answer
AGAIN = (429, 502, 503, 504)


class Line:
    """One connection, kept open. A proxy's cookie is kept, too, as a browser would."""

    def __init__(self, url: str) -> None:
        self.host, self.cookie = urlsplit(url).netloc, ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def head(self, method: str, path: str, key: str, body: bytes = b"") -> tuple[int, dict[str, str]]:
        """Send a request; status and headers of the answer."""
        if self._streams is None:
            host, _, port = self.host.partition(":")
            self._streams = await asyncio.open_connection(host, int(port))
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        head = HEAD.format(method=method, path=path, host=self.host, key=key, length=len(body), cookie=cookie)
        self._streams[1].write(head.encode() + body)
        first, *lines = (await self.read_until(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): text for name, text in (line.split(": ", 1) for line in lines)}
        if "set-cookie" in headers:
            self.cookie = headers["set-cookie"].partition(";")[0]
        return int(first.split()[1]), headers

    async def read_until(self, mark: bytes) -> bytes:
        assert self._streams is not None
        return await self._streams[0].readuntil(mark)

    async def read(self, count: int) -> bytes:
        assert self._streams is not None
        return await self._streams[0].readexactly(count)

    async def ask(self, method: str, path: str, key: str = "", message: Any = None) -> tuple[int, bytes]:
        """Status and body of the answer."""
        try:
            async with asyncio.timeout(PATIENCE):
                status, headers = await self.head(method, path, key, json.dumps(message or {}).encode())
                if "chunked" in headers.get("transfer-encoding", ""):
                    return status, b"".join([chunk async for chunk in self.chunks()])
                return status, await self.read(int(headers.get("content-length", 0)))
        except BaseException:
            self.close()
            raise

    async def chunks(self) -> Any:
        while size := int(await self.read_until(b"\r\n"), 16):
            yield (await self.read(size + 2))[:-2]
        await self.read(2)

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None


class Person:
    """Somebody in a class: a line to post on, and one for events, which are kept with the time at which they came."""

    def __init__(self, url: str, code: str, key: str, stream: str) -> None:
        self.code, self.key, self.stream = code, key, stream
        self.line, self.events = Line(url), Line(url)
        self.heard: dict[str, Any] = {}  # the newest event of each kind
        self.revisions: dict[int, float] = {}  # when the class was first heard to be so far
        self.opened: list[float] = []  # when the stream was opened
        self.ended = False
        self._task: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    async def post(self, what: str, message: Any) -> Any:
        """Until it is acknowledged. Raises ValueError where it is refused."""
        return json.loads(await self._asked("POST", what, message))

    async def get(self, what: str) -> bytes:
        return await self._asked("GET", what)

    async def _asked(self, method: str, what: str, message: Any = None) -> bytes:
        tries = 0
        while True:
            with contextlib.suppress(*LOST):
                status, body = await self.line.ask(method, f"{self.code}/{what}", self.key, message)
                if status == 200:
                    return body
                if status not in AGAIN:
                    raise ValueError(f"{what}: {status} {body.decode(errors='replace')[:300]}")
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def listen(self) -> None:
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        tries = 0
        while not self.ended:
            with contextlib.suppress(*LOST):
                status, _ = await self.events.head("GET", f"{self.code}/{self.stream}", self.key)
                if status == 200:
                    tries = 0
                    await self._read()
            self.events.close()
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    async def _read(self) -> None:
        rest, first = b"", True
        async for chunk in self.events.chunks():
            *whole, rest = (rest + chunk).split(b"\n\n")
            for text in whole:
                self._take(text.decode())
                if first:
                    self.opened.append(time.perf_counter())
                    first = False

    def _take(self, text: str) -> None:
        lines = dict(line.split(": ", 1) for line in text.split("\n") if not line.startswith(":"))
        if not lines:
            return
        content = self.heard[lines["event"]] = json.loads(lines["data"])
        if lines["event"] == "class":
            self.revisions.setdefault(content["revision"], time.perf_counter())
        self.ended = self.ended or lines["event"] == "ended"
        self._woken.set()

    async def until(self, reached: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE) -> None:
        """Wait for events. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not reached(self.heard):
                self._woken.clear()
                await self._woken.wait()

    async def leave(self) -> None:
        """As when a window is closed: nothing is said."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.events.close()
        self.line.close()


async def start(url: str) -> Person:
    """The teacher of a new class."""
    line = Line(url)
    status, body = await line.ask("POST", "start")
    line.close()
    if status != 201:
        raise ValueError(f"start: {status} {body!r}")
    found = json.loads(body)
    teacher = Person(url, found["code"], found["secret"], "room")
    teacher.listen()
    return teacher


async def join(url: str, code: str, token: str) -> Person:
    """A learner who is in and listens."""
    learner = Person(url, code, token, "events")
    await learner.post("join", {"token": token})
    learner.listen()
    return learner
