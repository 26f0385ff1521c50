"""Property tests draw the same examples on every run, so that a red build can be repeated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from .elsewhere import Running, running

settings.register_profile("core", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("core")


@pytest.fixture(scope="module")
def run() -> Iterator[Running]:
    with running() as elsewhere:
        yield elsewhere
