"""The stage's own script on an empty page: what the browser computes, without server and without Streamlit."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from ui import drawing
from ui.stage import HTML, module

MOUNT = """data => {
  const sent = (window.sent = []); // an earlier stage may still speak: not into this list
  window.stage = new Stage(document.querySelector(".atlas"));
  window.arrive = (data) => stage.update({
    data,
    setTriggerValue: (name, message) => sent.push([name, structuredClone(message)]),
    setStateValue: (name, message) => sent.push([name, structuredClone(message)]),
  });
  arrive(data);
}"""


def load(page: Page) -> Page:
    page.set_content(HTML)
    page.add_script_tag(content=module().replace("export default function mount", "function mount"))
    return page


def load_picture(page: Page, name: str) -> Page:
    """Likewise the style and the script of a picture that draws itself: its `show` is within reach of scripts."""
    page.set_content("<style></style>")
    page.add_style_tag(content=drawing.style(name))
    page.add_script_tag(content=drawing.script(name).replace("export default function", "function"))
    return page


def mount(page: Page, data: dict[str, Any]) -> None:
    """A new stage that received this; `stage`, `arrive(data)` and the messages `sent` are within reach of scripts."""
    page.set_content(HTML)
    page.evaluate(MOUNT, data)


def arrive(page: Page, data: dict[str, Any]) -> None:
    page.evaluate("data => arrive(data)", data)
