"""Colours of charts on both grounds: what is written can be read, and on maps 0 is quiet and sizes are loud."""

from __future__ import annotations

import tomllib

import plotly.io as pio
import pytest

from ui.maps import heatmap
from ui.theme import QUIET

from .helpers import ROOT, SCALED

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
READABLE = 4.5  # WCAG 2.2, contrast of small text
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 has it: 1 for equal colours, 21 for black on white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@both_themes
def test_what_is_written_beside_a_chart_can_be_read(theme: str) -> None:
    place = list(pio.templates["streamlit"].layout.colorway).index(QUIET)
    assert contrast(CONFIG[theme]["backgroundColor"], CONFIG[theme]["chartCategoricalColors"][place]) > READABLE


def test_colours_of_maps_are_left_to_the_theme() -> None:
    """A scale of its own glows at 0 on a dark page, or sinks where numbers are large."""
    for step in ("Q", "attention weights"):
        chart = heatmap(SCALED.trace()[step], ())["data"][0]
        assert chart["autocolorscale"]
        assert "colorscale" not in chart


@both_themes
def test_on_a_map_zero_is_next_to_the_ground_and_sizes_stand_out(theme: str) -> None:
    ground = CONFIG[theme]["backgroundColor"]
    shares, signed = (CONFIG[theme][f"chart{kind}Colors"] for kind in ("Sequential", "Diverging"))
    assert max(contrast(ground, colour) for colour in (shares[0], *signed[4:6])) < 1.2
    for side in (shares, signed[5:], signed[4::-1]):
        away = [contrast(ground, colour) for colour in side]
        assert away == sorted(away)
        assert away[-1] > READABLE
