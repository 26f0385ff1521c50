"""What went wrong on a page without anybody seeing it: console errors, exceptions, requests that leave this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Error, Page, Request, WebSocket

LOCAL = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:|file:")
# Streamlit looks for its server relative to a deep link first, and finds it one folder up.
PROBED = re.compile(r"/_stcore/(health|host-config)$")


@dataclass
class Watch:
    """Listens to one page."""

    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    requests: int = 0
    frames: int = 0

    def page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("request", self._request)
        page.on("websocket", self._websocket)

    def leave(self, page: Page) -> None:
        """Listen no longer."""
        page.remove_listener("console", self._console)
        page.remove_listener("pageerror", self._error)
        page.remove_listener("request", self._request)
        page.remove_listener("websocket", self._websocket)

    def _console(self, message: ConsoleMessage) -> None:
        probed = "404" in message.text and PROBED.search(str(message.location.get("url", "")))
        if message.type == "error" and not probed:
            self.errors.append(message.text)

    def _error(self, error: Error) -> None:
        self.errors.append(f"exception: {error}")

    def _request(self, request: Request) -> None:
        self.requests += 1
        if not LOCAL.match(request.url):
            self.strangers.append(request.url)

    def _websocket(self, socket: WebSocket) -> None:
        if not LOCAL.match(socket.url):
            self.strangers.append(socket.url)
        socket.on("framesent", self._frame)

    def _frame(self, _: object) -> None:
        self.frames += 1

    def assert_clean(self) -> None:
        assert not self.errors
        assert not self.strangers
