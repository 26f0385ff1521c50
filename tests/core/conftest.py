"""Property tests draw the same examples on every run, so that a red build can be repeated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import sampling
from tests.core.elsewhere import Running, running


def pytest_configure() -> None:
    most = sampling.some(60, 25)
    settings.register_profile("core", derandomize=True, database=None, deadline=None, max_examples=most)
    settings.load_profile("core")


@pytest.fixture(scope="module")
def run() -> Iterator[Running]:
    with running() as elsewhere:
        yield elsewhere
