"""Bars and curves as SVG: what the app has Plotly draw, as a drawing that stands in a page without scripts.

Colours are those of the style sheet (`--c1` to `--c6`), so that a drawing fits a light page and a dark one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from attention_core.lesson.pictures import Bars, Curves, Picture

WIDTH, HEIGHT = 960.0, 320.0
LEFT, RIGHT, TOP, BOTTOM = 66.0, 950.0, 36.0, 272.0  # of the field between the axes
LETTER = 6.6  # px, about, at 12 px
TICKS = 6  # about so many on an axis
COLOURS = 6
MARKS = ("●", "■", "◆", "▲", "★")
Point = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Numbers along an axis of the drawing, from `start` to `end` px. log: by their powers of ten."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @classmethod
    def over(cls, numbers: Iterable[float], start: float, end: float, log: bool = False, zero: bool = False) -> Scale:
        """A scale on which all of these have room. zero: it begins at 0, or holds it."""
        found = [each for each in numbers if math.isfinite(each) and (each > 0 or not log)]
        low, high = min(found, default=1.0), max(found, default=1.0)
        if zero and not log:
            low, high = min(low, 0.0), max(high, 0.0)
        if low == high:
            low, high = (low / 10, high * 10) if log else (low, high + 1)
        return cls(low, high, start, end, log)

    def at(self, number: float) -> float:
        """Where a number is, in px."""
        low, high, here = (math.log10(each) if self.log else each for each in (self.low, self.high, number))
        return self.start + (here - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Numbers to be written at the axis, and how."""
        if self.log:
            low, high = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            powers = range(low, high + 1, max(1, (high - low) // TICKS))
            shown = [power for power in powers if self.low * 0.999 <= 10.0**power <= self.high * 1.001]
            return [(10.0**power, _power(power)) for power in shown]
        step = _nice((self.high - self.low) / TICKS)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [(n * step, f"{n * step:.6g}".replace("-", "−")) for n in range(first, last + 1)]


def _nice(step: float) -> float:
    """1, 2 or 5 times a power of ten, at least this."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= step * 0.999)


def _power(power: int) -> str:
    if abs(power) <= 4:
        return f"{10.0**power:g}"
    return f"10{str(power).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def svg_of(picture: Picture) -> str:
    """The drawing of a picture; "" for one of another kind."""
    if isinstance(picture, Bars):
        return _framed(picture.caption, picture.series, _bars(picture))
    if isinstance(picture, Curves):
        names = [*picture.series, *picture.dots, *picture.crosses, *picture.marks]
        return _framed(picture.caption, names, _curves(picture))
    return ""


def _framed(caption: str, names: Iterable[str], parts: Iterable[str]) -> str:
    found = "".join((*_legend(list(names)), *parts))
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(caption)}">{found}</svg>'
    )


def colour(n: int) -> str:
    return f"var(--c{n % COLOURS + 1})"


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = LEFT
    for n, name in enumerate(names):
        if len(names) > 1:
            yield f'<rect x="{x:.0f}" y="8" width="11" height="11" style="fill: {colour(n)}"/>'
            yield _text(x + 17, 18, name, "start")
        x += 34 + LETTER * len(name)


def _text(x: float, y: float, text: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'


def _up(scale: Scale, title: str) -> Iterator[str]:
    """The vertical axis: lines across, numbers, title."""
    for number, text in scale.ticks():
        y = scale.at(number)
        yield f'<path class="grid" d="M{LEFT:g} {y:.1f}H{RIGHT:g}"/>'
        yield _text(LEFT - 8, y + 4, text, "end")
    middle = (TOP + BOTTOM) / 2
    yield _text(14, middle, title, more=f' transform="rotate(-90 14 {middle:g})"')


# --- bars ------------------------------------------------------------------------------------------------------------


def _bars(picture: Bars) -> Iterator[str]:
    heights = [height for series in picture.series.values() for height in series]
    if picture.stacked:
        heights = [sum(each) for each in zip(*picture.series.values(), strict=True)]
    if picture.log:
        heights = [*heights, min((each for each in heights if each > 0), default=1.0) / 10]
    scale = Scale.over(heights, BOTTOM, TOP, picture.log, zero=True)
    yield from _up(scale, picture.axis)
    room = (RIGHT - LEFT) / max(1, len(picture.labels))
    for place, label in enumerate(picture.labels):
        yield _text(LEFT + (place + 0.5) * room, BOTTOM + 18, _short(label, room))
        yield from _group(picture, place, LEFT + place * room, room, scale)


def _short(label: str, room: float) -> str:
    most = max(2, int(room / LETTER))
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _group(picture: Bars, place: int, left: float, room: float, scale: Scale) -> Iterator[str]:
    """The bars of all series at one label."""
    many = 1 if picture.stacked else len(picture.series)
    width, base = room * 0.72 / many, 0.0
    for n, (name, series) in enumerate(picture.series.items()):
        x = left + room * 0.14 + (0 if picture.stacked else n * width)
        height = series[place]
        if picture.log and height <= 0:
            yield _text(x + width / 2, BOTTOM - 4, "0")
            continue
        foot = BOTTOM if picture.log else scale.at(base)
        top = scale.at(height if picture.log else base + height)
        said = escape(f"{name}, {picture.labels[place]}: {height:.3g}")
        yield (
            f'<rect x="{x:.1f}" y="{min(foot, top):.1f}" width="{width:.1f}" height="{abs(foot - top):.1f}" '
            f'style="fill: {colour(n)}"><title>{said}</title></rect>'
        )
        base += height if picture.stacked else 0.0


# --- curves ----------------------------------------------------------------------------------------------------------


def _curves(picture: Curves) -> Iterator[str]:
    clouds = {**picture.dots, **picture.crosses, **{name: (point,) for name, point in picture.marks.items()}}
    points = [point for cloud in clouds.values() for point in cloud]
    across = Scale.over([*picture.x, *(point[0] for point in points)], LEFT, RIGHT, picture.log_x)
    heights = [y for series in picture.series.values() for y in series] + [point[1] for point in points]
    up = Scale.over(heights, BOTTOM, TOP, picture.log_y, zero=True)
    yield from _up(up, picture.y_title)
    for number, text in across.ticks():
        yield _text(across.at(number), BOTTOM + 18, text)
    yield _text((LEFT + RIGHT) / 2, HEIGHT - 8, picture.x_title)
    for n, (name, series) in enumerate(picture.series.items()):
        line = _line(list(zip(picture.x, series, strict=True)), across, up)
        yield f'<path class="line" d="{line}" style="stroke: {colour(n)}"><title>{escape(name)}</title></path>'
    for n, (name, cloud) in enumerate(clouds.items()):
        yield from _points(name, cloud, len(picture.series) + n, across, up)


def _line(points: Sequence[Point], across: Scale, up: Scale) -> str:
    """A path, interrupted where a number has no place on a scale."""
    found, pen = [], "M"
    for x, y in points:
        if not math.isfinite(y) or (up.log and y <= 0) or (across.log and x <= 0):
            pen = "M"
            continue
        found.append(f"{pen}{across.at(x):.1f} {up.at(y):.1f}")
        pen = "L"
    return "".join(found)


def _points(name: str, cloud: Iterable[Sequence[float]], n: int, across: Scale, up: Scale) -> Iterator[str]:
    for x, y in cloud:
        if (up.log and y <= 0) or (across.log and x <= 0):
            continue
        sign = MARKS[n % len(MARKS)]
        more = f' class="mark" style="fill: {colour(n)}"'
        yield _text(across.at(x), up.at(y) + 6, sign, more=more).replace(
            "</text>", f"<title>{escape(name)}</title></text>"
        )
