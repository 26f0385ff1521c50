"""What holds for all tests: how much is tried (`--all`), which tests need a browser, and the one browser they share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tools import serving

from . import sampling, turns

BROWSER = Path(__file__).parent / "browser"
PATIENCE = 15_000  # ms


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="try every case there is, not a sample")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    sampling.everything = config.getoption("--all")
    turns.begin(config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Said early, so that `-m browser` can choose by it."""
    files = {path for path in {item.path for item in items} if BROWSER in path.parents}
    opened = [item for item in items if item.path in files or "browser" in getattr(item, "fixturenames", ())]
    for item in opened:
        item.add_marker(pytest.mark.browser)
    waiting = turns.waiting((item.path for item in opened), os.environ[turns.VARIABLE])
    left_out = {item for item in opened if item.path in waiting}
    if left_out:
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """No later collection of garbage looks at the tests themselves and all they import, which live to the end.

    There are so many that one that is asked for would take a second.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def chromium() -> None:
    """Without Chromium these tests are left out, but never where nobody would notice."""
    if serving.installed():
        return
    if os.environ.get("CI"):
        pytest.fail("Chromium was not found")
    pytest.skip("Chromium was not found: install it to run the browser tests")


@pytest.fixture(scope="session")
def browser(chromium: None) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with serving.chromium() as browser:
        yield browser
