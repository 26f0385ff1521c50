"""The insight pictures of a lesson: data for those that the browser draws, drawings of charts.

Charts of other kinds are left to the app, and the page says how many. It imports no Streamlit, for Python behind the
pages draws the pictures of other numbers than a preset's.
"""

from __future__ import annotations

from typing import Any, TypedDict

from attention_core import Mechanism
from attention_core.lesson import pictures
from attention_core.lesson.pictures import Picture
from attention_stage.payload import payload
from attention_stage.structure import gallery
from ui import picture_data
from ui.lesson import literal, rendered, source
from ui.state import Numbers, is_large
from ui.words import filled

from .charts import svg_of


class Drawn(TypedDict):
    """A picture. kind: which component draws its data; "chart": it is drawn already; "app": only the app draws it."""

    kind: str
    caption: str
    data: Any


class Below(TypedDict):
    """What stands below the stage for a preset. words: of the Insight, where no stage is there to fill them in."""

    pictures: list[Drawn]
    words: str


def below(mechanism: Mechanism) -> dict[str, Below]:
    """The pictures of every preset, in their order."""
    return {preset: below_of(Numbers.of(mechanism, preset)) for preset in mechanism.presets}


def below_of(numbers: Numbers) -> Below:
    """The pictures of these numbers."""
    draw, key = numbers.mechanism.picture, numbers.mechanism.key
    found = draw(numbers.trace) if draw else ()
    words = filled(source(key)["Insight"], numbers.trace, write=literal) if numbers.is_large() else ""
    return {"pictures": [_drawn(picture) for picture in found], "words": rendered(words)}


def _drawn(picture: Picture) -> Drawn:
    kind, data = _data(picture)
    return {"kind": kind, "caption": picture.caption, "data": data}


def _data(picture: Picture) -> tuple[str, Any]:
    if isinstance(picture, pictures.Alignment):
        return "alignment", picture_data.alignment_data(picture)
    if isinstance(picture, pictures.ShadedText):
        return "reading", picture_data.shaded_text_data(picture)
    if isinstance(picture, pictures.Wiring):
        return "wiring", picture_data.wiring_data(picture)
    if isinstance(picture, pictures.Images):
        return "images", picture_data.images_data(picture)
    if isinstance(picture, pictures.Matrices) and not any(is_large(step) for step in picture.steps):
        return "matrices", payload(picture.steps, gallery(picture.caption, picture.steps), mode="gallery")
    drawing = svg_of(picture)
    return ("chart", drawing) if drawing else ("app", None)
