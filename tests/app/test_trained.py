"""Trained networks that see: maps, with the picture above them, and options that everything follows."""

from __future__ import annotations

import pytest

from attention_core import CURRICULUM, Mechanism

from .helpers import element, opened, whole
from .test_pages import choose_option

TRAINED = [mechanism for mechanism in CURRICULUM if mechanism.trained]
CUED = next(each for each in TRAINED if each.key == "senet-cued-digits")
MARK = next(each for each in TRAINED if each.key == "find-the-mark")


@pytest.mark.parametrize("mechanism", [pytest.param(each, id=each.key) for each in TRAINED])
def test_the_picture_stands_above_the_maps_and_only_there(mechanism: Mechanism) -> None:
    page = whole(opened(mechanism))
    assert element(page, "bidi_component", f"stage-{mechanism.key}") is None
    assert element(page, "bidi_component", f"picture-{mechanism.key}-0") is not None
    assert element(page, "plotly_chart", f"map-{mechanism.key}") is not None


def test_the_lamp_changes_what_is_said() -> None:
    page = whole(opened(CUED))
    assert page.caption[0].value.startswith("Now the lamp is off, and it says 3")
    lit = whole(choose_option(page, CUED, "lamp", True))
    assert lit.caption[0].value.startswith("Now the lamp is on, and it says 7")


def test_a_link_moves_the_mark() -> None:
    page = whole(opened(MARK, {"down": "20", "across": "9"}))
    assert page.select_slider(key="option-find-the-mark-down").value == 20
    assert not page.warning
