"""The insight pictures of a lesson's presets: data for those that the browser draws, drawings of the others."""

from __future__ import annotations

from typing import Any, TypedDict

from attention_core import Mechanism
from attention_core.lesson import pictures
from attention_core.lesson.pictures import Picture
from attention_stage.payload import payload
from attention_stage.structure import gallery
from ui.figures import components
from ui.images import images_data
from ui.state import Numbers, is_large


class Drawn(TypedDict):
    """A picture. kind: which component draws its data."""

    kind: str
    caption: str
    data: Any


def pictures_of(mechanism: Mechanism) -> dict[str, list[Drawn]]:
    """The pictures of every preset, in their order."""
    return {preset: _of_preset(mechanism, preset) for preset in mechanism.presets}


def _of_preset(mechanism: Mechanism, preset: str) -> list[Drawn]:
    draw = mechanism.picture
    found = draw(Numbers.of(mechanism, preset).trace) if draw else ()
    return [drawn for picture in found if (drawn := _drawn(picture))]


def _drawn(picture: Picture) -> Drawn | None:
    kind, data = _data(picture)
    return {"kind": kind, "caption": picture.caption, "data": data} if kind else None


def _data(picture: Picture) -> tuple[str, Any]:
    if isinstance(picture, pictures.Alignment):
        return "alignment", components.alignment_data(picture)
    if isinstance(picture, pictures.ShadedText):
        return "reading", components.shaded_text_data(picture)
    if isinstance(picture, pictures.Wiring):
        return "wiring", components.wiring_data(picture)
    if isinstance(picture, pictures.Images):
        return "images", images_data(picture)
    if isinstance(picture, pictures.Matrices) and not any(is_large(step) for step in picture.steps):
        return "matrices", payload(picture.steps, gallery(picture.caption, picture.steps), mode="gallery")
    return "", None
