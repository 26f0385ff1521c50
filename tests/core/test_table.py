"""The README's table is today's, and no mechanism outgrows its file."""

from __future__ import annotations

import pytest

from attention_core import Mechanism
from tests.golden_numbers import rows
from tools.table import README, lines_of, written

from .helpers import MECHANISMS

MOST_LINES = {"The zoo": 100}  # by section; elsewhere 80


def test_the_readme_has_todays_table() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text) == text, "run `make table`"


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_is_one_small_file(mechanism: Mechanism) -> None:
    assert lines_of(mechanism) <= MOST_LINES.get(mechanism.section, 80)


def test_golden_numbers_are_many() -> None:
    """A table that fails to load would leave nothing to compare."""
    assert len(list(rows())) > 400
