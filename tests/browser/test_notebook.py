"""The stage in a real JupyterLab: pointed at, edited and undone there, and the numbers come back to Python."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tools.serving import DESK, ROOT, free_port

from .watch import Watch

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("jupyterlab") is None, reason="JupyterLab is not installed: make notebook"
)

PATIENCE = 90  # seconds until a server that does not answer counts as broken
SHOWN = """\
import numpy as np
from attention_core import attention

Q, K, V = np.random.default_rng(7).normal(size=(3, 5, 4)).round(2)
widget = attention(Q, K, V, is_causal=1).show()
widget"""
READ = """\
found = widget.trace
again = attention(found["Q"].value, K, V, is_causal=1)
print(found["Q"].value[0, 0], all(np.array_equal(a.value, b.value) for a, b in zip(found, again, strict=True)))"""
NO_CALLS = [  # nothing is asked of anybody
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.news_url=",
    "--LabApp.extension_manager=readonly",
]


def notebook(*cells: str) -> str:
    found: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for n, text in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": found})


@pytest.fixture(scope="module")
def lab(chromium: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with one notebook, which keeps all it writes to itself."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "atlas.ipynb").write_text(notebook(SHOWN, READ, READ), encoding="utf-8")
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, **{name: str(folder / name.lower()) for name in own}, "PYTHONPATH": path}
    port = free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        "--ServerApp.token=", "--ServerApp.allow_root=True", f"--ServerApp.root_dir={folder}", *NO_CALLS,
    ]  # fmt: skip
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        await_server(f"http://127.0.0.1:{port}", process, folder / "log.txt")
        yield f"http://127.0.0.1:{port}/lab/tree/atlas.ipynb?reset"
    finally:
        process.terminate()
        process.wait(30)


def await_server(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(f"{url}/api/status", timeout=5):
                return
        except (URLError, OSError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)


@pytest.fixture(scope="module")
def page(lab: str, browser: Browser) -> Iterator[Page]:
    """The notebook, its first cell run, the stage in its output."""
    context = browser.new_context(viewport=DESK, color_scheme="light", reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE * 1000)
    page, watch = context.new_page(), Watch()
    watch.page(page)
    page.goto(lab)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    run(page, 0)
    stage(page).locator("td[data-step]").first.wait_for()
    yield page
    context.close()
    watch.assert_clean()


def stage(page: Page) -> Locator:
    return page.locator(".jp-OutputArea-output .atlas")


def run(page: Page, n: int) -> None:
    page.locator(".jp-CodeCell .cm-content").nth(n).click()
    page.keyboard.press("Control+Enter")


def printed(page: Page, n: int) -> Locator:
    return page.locator(".jp-CodeCell").nth(n).locator(".jp-OutputArea-output")


def first_cell(page: Page) -> Locator:
    """The first number of Q, at the stop of the inputs."""
    stage(page).get_by_role("tab", name="Inputs").click()
    return stage(page).locator("figure", has=page.locator("figcaption", has_text="Q")).locator("td[data-step]").first


def test_a_cell_shows_its_arithmetic(page: Page) -> None:
    stage(page).get_by_role("tab", name="attention weights").click()
    cell = stage(page).locator("figure").last.locator("td[data-offset='6']")
    cell.hover()
    expect(stage(page).locator(".arithmetic")).to_contain_text(f"= {cell.inner_text()}")


def test_an_edit_arrives_in_python_and_is_undone_there_too(page: Page) -> None:
    cell = first_cell(page)
    before = cell.inner_text()
    cell.click()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("2.50")
    run(page, 1)
    expect(printed(page, 1)).to_have_text("2.5 True")
    cell.focus()
    page.keyboard.press("Control+z")
    expect(cell).to_have_text(before)
    run(page, 2)
    expect(printed(page, 2)).to_have_text(f"{float(before.replace('−', '-'))} True")


def test_letters_on_the_stage_are_no_shortcuts_of_the_notebook(page: Page) -> None:
    """Twice d deletes a cell of the notebook, arrows choose another one."""
    cell = first_cell(page)
    cell.focus()
    for key in ("d", "d", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".jp-CodeCell")).to_have_count(3)
    focused = page.evaluate("document.activeElement.shadowRoot.activeElement.dataset.offset")
    assert focused == "1"


def test_the_stage_follows_the_theme_of_the_notebook(page: Page) -> None:
    expect(stage(page)).to_have_attribute("data-theme", "light")
    page.locator(".jp-Notebook").evaluate("node => node.focus()")
    page.keyboard.press("Control+Shift+c")
    page.locator(".jp-ModalCommandPalette input").fill("Use Theme: JupyterLab Dark")
    page.keyboard.press("Enter")
    expect(stage(page)).to_have_attribute("data-theme", "dark")
