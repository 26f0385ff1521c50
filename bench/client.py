"""One learner without a browser: a WebSocket client that speaks Streamlit's protocol as its front end does.

It echoes the message cache and keeps the fragment of each widget. Nothing is rendered, so what it measures is the
server.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import random
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit  # noqa: F401  # sets up the protocol's modules imported below
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from .post import Line

EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # the name under which a component's triggers travel
PATIENCE = 60.0  # seconds without a message before a learner counts as lost


@dataclass
class Answer:
    """What one script run brought: its duration, size, and everything that should not have been in it."""

    seconds: float
    size: int = 0
    errors: list[str] = field(default_factory=list)
    components: dict[str, str] = field(default_factory=dict)  # key -> data as JSON


class Learner:
    """A session on one page. `edit` is set by the page variant: see `StageLearner` and `TableLearner`."""

    key = ""

    def __init__(self, url: str, page: str, seed: int) -> None:
        self.url, self.page = url, page
        self.random = random.Random(seed)
        self.widgets: dict[str, tuple[str, str]] = {}  # user's key -> (widget id, fragment id)
        self.cached: set[str] = set()
        self.script = ""

    async def join(self) -> Answer:
        address = f"{self.url.replace('http', 'ws')}/_stcore/stream"
        settings: dict[str, Any] = {"max_size": None, "compression": None, "open_timeout": PATIENCE}
        self.socket = await websockets.connect(address, subprotocols=["streamlit"], ping_interval=None, **settings)
        answer = await self._run(self._request())
        if self.key not in self.widgets:
            answer.errors.append(f"the page has no widget {self.key}")
        return answer

    async def leave(self) -> None:
        await self.socket.close()

    def _request(self, fragment: str = "") -> BackMsg:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_script_hash = self.script
        rerun.page_name = "" if self.script else self.page
        rerun.fragment_id = fragment
        rerun.cached_message_hashes.extend(self.cached)
        return message

    async def _run(self, message: BackMsg) -> Answer:
        """Send one message; wait until the script has finished."""
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        answer, parts, finished = Answer(0), [], False
        while not finished:
            raw = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            part = ForwardMsg.FromString(raw)
            finished = part.WhichOneof("type") == "script_finished" and part.script_finished != 2  # 2: overtaken
            parts.append(part)
            answer.size += len(raw)
        answer.seconds = time.perf_counter() - start
        for part in parts:
            self._read(part, answer)
        return answer

    def _read(self, part: ForwardMsg, answer: Answer) -> None:
        kind = part.WhichOneof("type")
        if kind == "new_session":
            self.script = part.new_session.page_script_hash
        elif kind == "navigation":
            self.script = part.navigation.page_script_hash or self.script
        elif kind == "script_finished" and part.script_finished == 1:
            answer.errors.append("the script does not compile")
        elif kind == "delta" and part.delta.WhichOneof("type") == "new_element":
            self._element(part, answer)

    def _element(self, part: ForwardMsg, answer: Answer) -> None:
        if part.metadata.cacheable:
            self.cached.add(part.hash)
        element = part.delta.new_element
        kind = element.WhichOneof("type")
        body = getattr(element, kind)
        if kind == "exception":
            answer.errors.append(f"{body.type}: {body.message[:120]}")
        identity = getattr(body, "id", "")
        if isinstance(identity, str) and identity.startswith("$$ID-"):
            key = identity.split("-", 2)[2]
            self.widgets[key] = (identity, part.delta.fragment_id)
            if kind == "bidi_component":
                answer.components[key] = body.json


class StageLearner(Learner):
    """Edits one number of an input on the stage of a lesson, through the page, as every version of the project can."""

    def __init__(self, url: str, page: str, seed: int) -> None:
        super().__init__(url, page, seed)
        self.key = f"stage-{page}"
        self.sequence = 0
        self.cells: list[tuple[str, int, float]] = []  # (input, position in reading order, number at first)

    async def join(self) -> Answer:
        answer = await super().join()
        data = json.loads(answer.components[self.key])
        self.cells = [cell for cell in numbers_of(data) if cell[2]] or numbers_of(data)
        return answer

    def message(self) -> dict[str, Any]:
        """One number moved by up to a tenth of what it was at first."""
        self.sequence += 1
        name, offset, before = self.random.choice(self.cells)
        value = round(before * self.random.uniform(0.9, 1.1), 4)
        edit = {"sequence": self.sequence, "step": name, "offset": offset, "value": value}
        return {"sequence": self.sequence, "edits": [edit], "view": {"stop": "Inputs", "cell": None, "at": {}}}

    async def edit(self) -> Answer:
        answer = await self.trigger(self.key, "edit", self.message())
        if json.loads(answer.components.get(self.key, "{}")).get("sequence") != self.sequence:
            answer.errors.append("the answer does not hold the edit")
        return answer

    async def trigger(self, key: str, event: str, value: Any) -> Answer:
        """A trigger of a component; until the script run it causes has finished."""
        identity, fragment = self.widgets[key]
        message = self._request(fragment)
        state = message.rerun_script.widget_states.widgets.add()
        state.id = EVENTS.format(identity)
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        return await self._run(message)


class PostLearner(StageLearner):
    """Posts its edits, as assets/stage does, and has drawn again what the server says must be.

    sees: whether what stands below the stage is in view; it then asks for it after a moment of rest.
    """

    def __init__(self, url: str, page: str, seed: int, sees: bool = False) -> None:
        super().__init__(url, page, seed)
        self.sees = sees
        self.line, self.address = Line(url), ""

    async def join(self) -> Answer:
        answer = await super().join()
        self.address = json.loads(answer.components[self.key])["posts"]
        return answer

    async def leave(self) -> None:
        self.line.close()
        await super().leave()

    async def edit(self) -> Answer:
        start = time.perf_counter()
        status, found, size = await self.line.post(self.address, self.message())
        answer = Answer(time.perf_counter() - start, size)
        if status != 200 or found["sequence"] != self.sequence:
            answer.errors.append(f"the edit was not taken ({status})")
        elif found.get("problem"):
            answer.errors.append(found["problem"])
        elif found["redraw"]:
            again = await self.trigger(self.key, "edit", {"sequence": self.sequence, "edits": []})
            answer = Answer(time.perf_counter() - start, size + again.size, again.errors)
        return answer

    async def follow(self) -> Answer:
        """What is in view below the stage, drawn again alone."""
        return await self.trigger(f"atlas-follow-below-{self.page}", "stale", {"sequence": self.sequence})


class BareLearner(Learner):
    """Clicks the button of a page with nothing else on it."""

    key = "again"

    async def edit(self) -> Answer:
        identity, fragment = self.widgets[self.key]
        message = self._request(fragment)
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = identity, True
        return await self._run(message)


def numbers_of(data: dict[str, Any]) -> list[tuple[str, int, float]]:
    """Every number of a stage that can be typed."""
    flat = np.frombuffer(base64.b64decode(data["values"]), dtype="<f8")
    found, start = [], 0
    for step in data["steps"]:
        size = math.prod(len(labels) for _, labels in step["axes"])
        if step["editable"] and not step["switch"]:
            found += [(step["name"], n, float(flat[start + n])) for n in range(size)]
        start += size
    return found


class TableLearner(Learner):
    """Edits one cell of the Plotly page's st.data_editor."""

    key = "X"

    def __init__(self, url: str, page: str, seed: int) -> None:
        super().__init__(url, page, seed)
        self.edited: dict[str, dict[str, float]] = {}

    async def edit(self) -> Answer:
        identity, fragment = self.widgets[self.key]
        row, column = str(self.random.randrange(3)), f"{self.random.randrange(4) + 1}"
        self.edited.setdefault(row, {})[column] = round(self.random.uniform(-3, 3), 2)
        message = self._request(fragment)
        state = message.rerun_script.widget_states.widgets.add()
        state.id = identity
        state.string_value = json.dumps({"edited_rows": self.edited, "added_rows": [], "deleted_rows": []})
        answer = await self._run(message)
        return answer
