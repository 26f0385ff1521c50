"""One learner without a browser: a WebSocket client that speaks Streamlit's protocol as its front end does.

It echoes the message cache, keeps the fragment of each widget and sends an edit as the component's trigger. Nothing is
rendered, so what it measures is the server.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

import streamlit  # noqa: F401  # sets up the protocol's modules imported below
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

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
    """Edits one cell of an input on the stage, as assets/stage/talk reports it."""

    key = "stage-illustrated-self-attention"

    def __init__(self, url: str, page: str, seed: int) -> None:
        super().__init__(url, page, seed)
        self.sequence = 0

    async def edit(self) -> Answer:
        identity, fragment = self.widgets[self.key]
        self.sequence += 1
        edits = [{"step": "X", "offset": self.random.randrange(12), "value": round(self.random.uniform(-3, 3), 2)}]
        view = {"stop": "queries", "cell": None, "at": {}}
        value = {"sequence": self.sequence, "edits": edits, "view": view}
        message = self._request(fragment)
        state = message.rerun_script.widget_states.widgets.add()
        state.id = EVENTS.format(identity)
        state.json_trigger_value = json.dumps([{"event": "edit", "value": value}])
        answer = await self._run(message)
        if json.loads(answer.components.get(self.key, "{}")).get("sequence") != self.sequence:
            answer.errors.append("the answer does not hold the edit")
        return answer


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
