"""What holds for all tests: how much is tried (`--all`), and which tests need a browser (those of tests/browser)."""

from __future__ import annotations

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
    for item in items:
        if BROWSER in item.path.parents:
            item.add_marker(pytest.mark.browser)
