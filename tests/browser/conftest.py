"""One server and one Chromium for all tests; every test gets a page as new, which must stay free of errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tools.serving import DESK, ROOT, Server, running

from .kit import load
from .stage_page import LONG, PATIENCE, StagePage
from .watch import Watch


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These come first: a file of theirs takes a minute or more, and at the end one worker would wait for it."""
    here = Path(__file__).parent
    items.sort(key=lambda item: (0, str(item.path), _look(item)) if here in item.path.parents else (1,))


def _look(item: pytest.Item) -> tuple[str, ...]:
    """Tests that look at the same page stand together, so that it is opened once."""
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    looking = parameters.get("looking")
    return (*looking.kind, str(looking)) if looking else ()


@pytest.fixture(scope="session")
def server(chromium: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(Server(tmp_path_factory.mktemp("server") / "log.txt")) as server:
        yield server


@pytest.fixture
def own_server(chromium: None, tmp_path: Path) -> Iterator[Server]:
    """A server nobody has visited, for tests about the first visit and about restarts."""
    with running(Server(tmp_path / "log.txt")) as server:
        yield server


def _context(browser: Browser, **settings: Any) -> BrowserContext:
    context = browser.new_context(**{"viewport": DESK, "color_scheme": "light", "reduced_motion": "reduce", **settings})
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture(scope="session")
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """The context most tests share, so that Streamlit's own scripts are fetched once; its pages share no session.

    One page stays open and empty, and with it Chromium's window: to open one anew for each page takes as much
    computing as half the page.
    """
    context = _context(browser)
    context.new_page()
    yield context
    context.close()


@contextmanager
def contexts_of(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts that share nothing with any other: another learner's browser. Closes them in the end."""
    opened: list[BrowserContext] = []

    def make(**settings: Any) -> BrowserContext:
        opened.append(_context(browser, **settings))
        return opened[-1]

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def patient(browser: Browser) -> Iterator[None]:
    """For several browsers or servers at once, which share the cores: pages may come late, which is no fault there."""
    expect.set_options(timeout=LONG)
    yield
    expect.set_options(timeout=PATIENCE)


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    with contexts_of(browser) as make:
        yield make


@pytest.fixture(scope="module")
def browser_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """The same, kept for all tests of a file."""
    with contexts_of(browser) as make:
        yield make


@contextmanager
def watched(context: BrowserContext) -> Iterator[tuple[Page, Watch]]:
    """A new page whose errors and foreign requests fail the test."""
    page, watch = context.new_page(), Watch()
    watch.page(page)
    yield page, watch
    page.close()
    watch.assert_clean()


def _rested(tab: Page, server: Server) -> Page:
    """The tab as if it were new: no page, no hand on it, the usual size and theme, and nothing kept for the session."""
    tab.unroute_all()
    tab.goto(f"{server.url}/_stcore/health")  # a word of text, at the address where the session's memory is
    tab.evaluate("sessionStorage.clear()")
    tab.mouse.up()
    tab.mouse.move(0, 0)
    for key in ("Shift", "Control"):
        tab.keyboard.up(key)
    tab.set_viewport_size(DESK)  # type: ignore[arg-type]
    tab.emulate_media(media="null", color_scheme="light", reduced_motion="reduce")
    return tab


@contextmanager
def lent(tab: Page, server: Server) -> Iterator[StagePage]:
    """A tab that others have had and will have. Who routes web sockets opens one anew: that cannot be undone."""
    watch = Watch()
    watch.page(tab)
    yield StagePage(tab, server.url, watch)
    _rested(tab, server)
    watch.leave(tab)
    watch.assert_clean()


@pytest.fixture(scope="session")
def tabs(desk: BrowserContext, server: Server) -> list[Page]:
    """Two that stay open, for one test and for one file: a new tab compiles Streamlit's scripts anew, which takes as
    much computing as half a page.
    """
    return [_rested(desk.new_page(), server) for _ in range(2)]


@pytest.fixture
def lesson(tabs: list[Page], server: Server) -> Iterator[StagePage]:
    """A page on which nothing is open yet, in the shared context."""
    with lent(tabs[0], server) as page:
        yield page


@pytest.fixture(scope="module")
def shared_lesson(tabs: list[Page], server: Server) -> Iterator[StagePage]:
    """The same for all tests of a file: loading a page takes longer than most tests."""
    with lent(tabs[1], server) as page:
        yield page


def forgetful(page: StagePage) -> StagePage:
    """The browser as if it was never here. The page must not have shown anything yet."""
    page.page.goto(f"{page.url}/_stcore/health")
    page.page.evaluate("localStorage.clear()")
    page.page.context.clear_cookies()
    return page


@pytest.fixture
def newcomer(lesson: StagePage) -> StagePage:
    """A page in a browser that was never here: it remembers nothing."""
    return forgetful(lesson)


@pytest.fixture(scope="module")
def kit(desk: BrowserContext) -> Iterator[Page]:
    """An empty page that knows the stage's functions; see `kit.mount`."""
    with watched(desk) as (page, _):
        yield load(page)


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
