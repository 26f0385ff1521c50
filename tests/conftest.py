"""What holds for all tests: how much is tried (`--all`), and which tests need a browser (those of tests/browser)."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from . import sampling

BROWSER = Path(__file__).parent / "browser"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="try every case there is, not a sample")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    sampling.everything = config.getoption("--all")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Said early, so that `-m browser` can choose by it."""
    files = {path for path in {item.path for item in items} if BROWSER in path.parents}
    for item in items:
        if item.path in files:
            item.add_marker(pytest.mark.browser)


def pytest_collection_finish() -> None:
    """No later collection of garbage looks at the tests themselves and all they import, which live to the end.

    There are so many that one that is asked for would take a second.
    """
    gc.collect()
    gc.freeze()
