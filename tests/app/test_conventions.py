"""The page of conventions: each of its calls gives what PyTorch's call beside it gave."""

from __future__ import annotations

import numpy as np
import pytest

from tests.golden_numbers import recorded
from ui.conventions import CONVENTIONS, Convention, called

from .test_front_pages import opened

OUTPUTS = recorded("conventions")["outputs"]


def test_every_call_was_recorded() -> None:
    assert list(OUTPUTS) == [convention.title for convention in CONVENTIONS]


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda each: each.title)
def test_both_calls_give_the_same(convention: Convention) -> None:
    output = called(convention).output.value
    np.testing.assert_allclose(output, OUTPUTS[convention.title], rtol=0, atol=1e-12)


def test_page_shows_every_call_and_its_numbers() -> None:
    page = opened("conventions")
    code = [block.value for block in page.code]
    for convention in CONVENTIONS:
        assert {convention.ours, convention.torch} <= set(code)
    assert len(page.table) == 2 * len(CONVENTIONS)
