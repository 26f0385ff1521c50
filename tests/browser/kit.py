"""The stage's own script on an empty page: what the browser computes, without server and without Streamlit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from ui import component
from ui.stage import ASSETS, HTML

HOME = "http://127.0.0.1:1/"  # where no server is: the modules are read from disk
STYLES = ("player", "stage")
# What tests ask of the modules, by their names.
LOAD = """async ([home, wanted]) => {
  const modules = await Promise.all(Object.keys(wanted).map((path) => import(home + path)));
  Object.values(wanted).forEach((names, n) => names.forEach((name) => (window[name] = modules[n][name])));
}"""
PARTS = {
    "stage.js": ["Stage"],
    "model/expression.js": ["value", "operandCells"],
    "model/follow.js": ["recompute"],
    "model/numbers.js": ["numberParts", "cellText"],
    "model/series.js": ["rowsOf", "seriesOf"],
    "model/speech.js": ["spoken"],
    "model/typed.js": ["parseNumber"],
    "model/typeset.js": ["typeset"],
}
MOUNT = """([data, style]) => {
  const sent = (window.sent = []); // an earlier stage may still speak: not into this list
  window.stage = new Stage(document.querySelector(".atlas"), style);
  window.model = stage.model;
  window.sheet = model.sheet;
  window.where = model.where;
  window.arrive = (data) => stage.update({
    data,
    setTriggerValue: (name, message) => sent.push([name, structuredClone(message)]),
    setStateValue: (name, message) => sent.push([name, structuredClone(message)]),
  });
  arrive(data);
}"""


def served(page: Page) -> Page:
    """An empty page that can import the modules of the stage as they are written."""

    def answer(route: Route) -> None:
        file = ASSETS / urlsplit(route.request.url).path.lstrip("/")
        body = file.read_text(encoding="utf-8") if file.is_file() else "<!doctype html>"
        route.fulfill(body=body, content_type="text/javascript" if file.is_file() else "text/html")

    page.route(f"{HOME}**", answer)
    page.goto(HOME)
    return page


def load(page: Page) -> Page:
    served(page).evaluate(LOAD, [HOME, PARTS])
    return page


def load_picture(page: Page, name: str) -> Page:
    """Likewise the style and the script of a picture that draws itself: its `show` is within reach of scripts."""
    taken = "async (path) => { window.show = (await import(path)).default; }"
    served(page).evaluate(taken, f"{HOME}pictures/{name}.js")
    page.add_style_tag(content=component.style(name))
    return page


def mount(page: Page, data: dict[str, Any]) -> None:
    """A new stage that received this; `stage`, its parts, `arrive(data)` and the messages `sent` are within reach."""
    page.set_content(HTML)
    style = "\n".join((ASSETS / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    page.evaluate(MOUNT, [data, style])


def arrive(page: Page, data: dict[str, Any]) -> None:
    page.evaluate("data => arrive(data)", data)
