"""The README's table is today's."""

from __future__ import annotations

from tests.golden_numbers import rows
from tools.table import README, written


def test_the_readme_has_todays_table() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text) == text, "run `make table`"


def test_golden_numbers_are_many() -> None:
    """A table that fails to load would leave nothing to compare."""
    assert len(list(rows())) > 400
