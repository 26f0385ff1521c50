"""A small copy of the site for all tests here, a server that knows nothing but files, and a browser."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.watch import Watch
from tools.serving import DESK
from tools.site.build import build

# A stage with two options, one of maps alone, one whose picture is drawn by the browser, one with numbers as options.
SHIPPED = ("illustrated-self-attention", "date-translator", "qk-norm", "scaled-dot-product-attention", "ra-cnn")
PATIENCE = 30_000  # ms
BASE = "some/where"  # the path under which the site is served: it may be any


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a copy in which the lessons of SHIPPED have their data."""
    folder = tmp_path_factory.mktemp("server") / BASE
    build(folder, app="https://atlas.example/app", keys=SHIPPED, processes=1)
    return folder


class _Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """A folder at an address of its own."""
    handler = functools.partial(_Files, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, below a path."""
    with serving_files(site.parents[1]) as url:
        yield f"{url}/{BASE}"


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., tuple[BrowserContext, Page]]]:
    """Opens a browser that was never here; what its page did wrong fails the test."""
    expect.set_options(timeout=PATIENCE)
    opened: list[BrowserContext] = []
    watch = Watch()

    def make(**settings: Any) -> tuple[BrowserContext, Page]:
        usual: dict[str, Any] = {"viewport": DESK, "color_scheme": "light", "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **settings})
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        page = context.new_page()
        watch.page(page)
        return context, page

    yield make
    for context in opened:
        context.close()
    watch.assert_clean()


@pytest.fixture
def page(visitor: Callable[..., tuple[BrowserContext, Page]]) -> Page:
    return visitor()[1]
