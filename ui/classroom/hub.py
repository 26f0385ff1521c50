"""Events on their way to the browsers of one process.

Of each class that has a browser here, the process listens to the store once, and writes each event once for all. A
browser that is slower than the events gets the newest of each kind: every event says the whole of what it is about.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any

from attention_core.engine.language import say

from . import limits
from .classes import CLASS, HERE, Classes
from .refusals import Refusal
from .store import GoneError, StoreError
from .wire import WireRoom

COUNTED = 0.25  # seconds at least from one count for the teacher to the next
SIGNED = 5.0  # seconds after which a process says again who is connected to it
SILENT = 3 * SIGNED  # a process that has said nothing for so long has ended
RETRY = 1.0  # seconds until a store that did not answer is asked again


def event(kind: str, content: Any, identity: int | None = None) -> bytes:
    """An event as it travels; JSON has no line breaks of its own."""
    mark = "" if identity is None else f"id: {identity}\n"
    return f"{mark}event: {kind}\ndata: {json.dumps(content, ensure_ascii=False, allow_nan=False)}\n\n".encode()


class Stream:
    """The line to one browser."""

    def __init__(self) -> None:
        self._waiting: dict[str, bytes] = {}
        self._woken = asyncio.Event()
        self._last = False

    def put(self, kind: str, body: bytes, last: bool = False) -> None:
        self._waiting[kind] = body
        self._last = self._last or last
        self._woken.set()

    async def events(self) -> AsyncIterator[bytes]:
        while not self._last or self._waiting:
            await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, {}
            for body in waiting.values():
                yield body


class Room:
    """A class as far as this process has browsers of it."""

    def __init__(self, classes: Classes, code: str) -> None:
        self.classes, self.code = classes, code
        self.name = secrets.token_hex(8)  # of its own: the room before it may be signed off after this one has signed
        self.learners: dict[Stream, str] = {}
        self.teachers: set[Stream] = set()
        self._class: bytes | None = None
        self._changed, self._counted = asyncio.Event(), asyncio.Event()
        self._signed: tuple[float, list[str]] = (0.0, [])
        self._tasks = [asyncio.create_task(each) for each in (self._listen(), self._tell_all(), self._tell_teachers())]

    @property
    def streams(self) -> list[Stream]:
        return [*self.learners, *self.teachers]

    def enter(self, stream: Stream, key: str | None) -> None:
        """key: of a learner; None for a teacher."""
        if len(self.streams) >= limits.MOST_STREAMS:
            raise Refusal(503, say("Too many windows of this class are open."))
        if key is None:
            self.teachers.add(stream)
        else:
            self.learners[stream] = key
        if self._class:
            stream.put(CLASS, self._class)
        self._counted.set()

    def leave(self, stream: Stream) -> None:
        self.teachers.discard(stream)
        self.learners.pop(stream, None)
        self._counted.set()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(StoreError):
            await self.classes.store.remove(self.code, HERE, self.name)
            await self.classes.store.tell(self.code, HERE)

    # --- its tasks ----------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        async for topic in self.classes.store.listen(self.code):
            if topic != HERE:
                self._changed.set()
            self._counted.set()

    async def _tell_all(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._guarded(self._class_now, self._changed)

    async def _class_now(self) -> None:
        now = await self.classes.now(self.code)
        self._class = event(CLASS, now, now["revision"])
        for stream in self.streams:
            stream.put(CLASS, self._class)

    async def _tell_teachers(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._counted.wait(), SIGNED)
            self._counted.clear()
            await self._guarded(self._room_now, self._counted)
            await asyncio.sleep(COUNTED)

    async def _room_now(self) -> None:
        await self._sign()
        if self.teachers:
            body = event("room", await room(self.classes, self.code))
            for stream in self.teachers:
                stream.put("room", body)

    async def _sign(self) -> None:
        """Say who is connected to this process, where that changed, or from time to time."""
        now, keys = time.time(), sorted(set(self.learners.values()))
        since, said = self._signed
        if keys == said and now - since < SIGNED:
            return
        await self.classes.store.put(self.code, HERE, self.name, json.dumps({"time": now, "keys": keys}))
        self._signed = now, keys
        if keys != said:
            await self.classes.store.tell(self.code, HERE)

    async def _guarded(self, work: Callable[[], Coroutine[Any, Any, None]], again: asyncio.Event) -> None:
        try:
            await work()
        except (Refusal, GoneError):
            self._over()
        except StoreError:
            await asyncio.sleep(RETRY)
            again.set()

    def _over(self) -> None:
        for stream in self.streams:
            stream.put("ended", event("ended", {}), last=True)


async def room(classes: Classes, code: str) -> WireRoom:
    """What the teacher sees: who is there, what was answered, who reached the challenge."""
    store, entries = classes.store, await classes.store.all(code, "class")
    present = _present(await store.all(code, HERE))
    learners = {key: json.loads(text) for key, text in (await store.all(code, "learners")).items() if key in present}
    follows = sum(learner["follows"] for learner in learners.values())
    question = await classes.question(code, entries)
    challenge = json.loads(entries.get("challenge", "null"))
    reached = await store.all(code, f"reached:{challenge['id']}") if challenge else {}
    return {
        "here": len(learners),
        "follows": follows,
        "roams": len(learners) - follows,
        "question": question["id"] if question else "",
        "tally": await classes.tally(code, question) if question else None,
        "reached": len(reached),
        "solutions": [query for query in reached.values() if query][: limits.MOST_SOLUTIONS],
    }


def _present(processes: Mapping[str, str]) -> set[str]:
    """The keys of learners connected to any process that still lives."""
    signed = map(json.loads, processes.values())
    return {key for each in signed if time.time() - each["time"] < SILENT for key in each["keys"]}


class Hub:
    """The rooms of one process."""

    def __init__(self, classes: Classes) -> None:
        self.classes = classes
        self.rooms: dict[str, Room] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def events(self, code: str, key: str | None, first: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """All events for one browser, until it leaves or the class ends. first: events by kind that are its own."""
        stream, found = Stream(), self.rooms.get(code)
        if found is None:
            found = self.rooms[code] = Room(self.classes, code)
        try:
            for kind, content in first.items():
                stream.put(kind, event(kind, content))
            found.enter(stream, key)
            async for body in stream.events():
                yield body
        finally:
            found.leave(stream)
            self._close_if_empty(code, found)

    def _close_if_empty(self, code: str, found: Room) -> None:
        if found.streams or self.rooms.get(code) is not found:
            return
        del self.rooms[code]
        task = asyncio.create_task(found.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        rooms, self.rooms = [*self.rooms.values()], {}
        await asyncio.gather(*(each.close() for each in rooms), *self._closing, return_exceptions=True)
