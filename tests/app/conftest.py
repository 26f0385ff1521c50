"""Pages without a browser: nobody scrolls, so that charts do not wait until somebody comes near."""

from __future__ import annotations

import pytest

from ui import page


@pytest.fixture(autouse=True)
def _charts_at_once(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "charts_wait" not in request.fixturenames:
        monkeypatch.setattr(page, "awaits_a_look", lambda session: False)


@pytest.fixture
def charts_wait() -> None:
    """They wait, as in a browser."""
