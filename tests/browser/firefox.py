"""Firefox as a learner handles it. Its own protocol drives the browser that the system has."""

from __future__ import annotations

import json
import logging
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

STILL = 5  # looks at an element in one place: what is above it has come, too
PATIENCE = 15  # seconds: how long an expectation may take on a busy machine
PREFERENCES = {"ui.prefersReducedMotion": 1, "ui.systemUsesDarkTheme": 0}
# Also inside of components: the elements that a selector finds.
RESTS = """const app = document.querySelector("[data-testid=stApp]");
  const rests = !app || app.getAttribute("data-test-script-state") === "notRunning";
  return rests && !document.getElementById("atlas-ahead");"""
FIND = """
const found = [];
const look = (root) => {
  found.push(...root.querySelectorAll(selector));
  for (const node of root.querySelectorAll("*")) if (node.shadowRoot) look(node.shadowRoot);
};
look(document);
"""
SCROLLED = "found[n].scrollIntoView({ block: 'center', inline: 'nearest' });"
PLACE = "const r = found[n].getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2];"


def installed() -> str | None:
    """Where Firefox is, if it is anywhere."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One window. Elements are named by selectors, which also find what stands inside of components."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> Firefox:
        """Open a page, and wait until its component has taken over the lesson drawn ahead of it, and stands still."""
        self.driver.navigate(address)
        self.wait(lambda: self.run(RESTS))
        return self

    @property
    def address(self) -> str:
        return str(self.run("return location.href;"))

    def run(self, script: str) -> Any:
        return self.driver.execute_script(script, sandbox=None)

    def ask(self, selector: str, script: str, n: int = 0) -> Any:
        """script: of the elements `found` and the number `n` of the one meant."""
        return self.run(f"const selector = {json.dumps(selector)}, n = {n};{FIND}{script}")

    def texts(self, selector: str) -> list[str]:
        return list(self.ask(selector, "return found.map((node) => node.textContent);"))

    def wait(self, true: Callable[[], Any]) -> None:
        """Until it is true; the last value is shown where it never is."""
        deadline = time.monotonic() + PATIENCE
        while not (found := true()):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)

    def expect(self, selector: str, text: str, n: int = 0) -> None:
        """The element has this text, or comes to have it."""
        deadline, found = time.monotonic() + PATIENCE, self.texts(selector)
        while found[n : n + 1] != [text]:
            assert time.monotonic() < deadline, f"{selector}: {found}, not {text}"
            time.sleep(0.05)
            found = self.texts(selector)

    # --- hands

    def place(self, selector: str, n: int = 0) -> tuple[int, int]:
        """The middle of an element, brought into view and standing still."""
        self.wait(lambda: self.ask(selector, "return found.length > n;", n))
        self.ask(selector, SCROLLED, n)
        looks: list[Any] = []
        while looks[-STILL:] != [self.ask(selector, PLACE, n)] * STILL:
            looks.append(self.ask(selector, PLACE, n))
            time.sleep(0.05)
        return int(looks[-1][0]), int(looks[-1][1])

    def _pointer(self) -> Any:
        return self.driver.actions.sequence("pointer", "mouse", {"pointerType": "mouse"})

    def point(self, selector: str, n: int = 0) -> None:
        self._pointer().pointer_move(*self.place(selector, n)).perform()

    def click(self, selector: str, n: int = 0, times: int = 1) -> None:
        hand = self._pointer().pointer_move(*self.place(selector, n))
        for _ in range(times):
            hand.pointer_down().pointer_up()
        hand.perform()

    def drag(self, selector: str, by: tuple[int, int], n: int = 0) -> None:
        x, y = self.place(selector, n)
        hand = self._pointer().pointer_move(x, y).pointer_down()
        for part in (0.25, 0.5, 0.75, 1):
            hand.pointer_move(round(x + part * by[0]), round(y + part * by[1]), duration=20)
        hand.pointer_up().perform()

    def press(self, *keys: str) -> None:
        """Keys held together."""
        board = self.driver.actions.sequence("key", "keyboard")
        for key in keys:
            board.key_down(key)
        for key in reversed(keys):
            board.key_up(key)
        board.perform()

    def type(self, text: str) -> None:
        self.driver.actions.sequence("key", "keyboard").send_keys(text).perform()

    def focus(self, selector: str, n: int = 0) -> None:
        self.wait(lambda: self.ask(selector, "return found.length > n;", n))
        self.ask(selector, "found[n].focus();", n)


@contextmanager
def firefox() -> Iterator[Firefox]:
    """A Firefox without a window, which ends with the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of modules that the driver imports
        from marionette_driver.marionette import Marionette

        logging.getLogger("mozversion").setLevel(logging.ERROR)
        driver = Marionette(bin=installed(), headless=True, startup_timeout=60, prefs=PREFERENCES)
        driver.start_session()
        driver.set_window_rect(width=1440, height=900)
        try:
            yield Firefox(driver)
        finally:
            driver.quit()
            driver.cleanup()
