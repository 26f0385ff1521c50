"""Traces too large for printed numbers: one step as a zoomable map, with the arithmetic of the cell clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from attention_core import Step
from attention_core.engine import expression as ex
from attention_core.engine.axes import Axis, names
from attention_core.engine.language import label_said, say, term
from attention_core.engine.step import Array
from attention_core.engine.step_names import base_name_of, place_of, time_of
from attention_stage.views import is_image

from .controls import position
from .lesson import literal
from .plain import Figure, Properties, axes, figure, packed, panels, trace, update_axes
from .stage import built
from .state import PRINTED
from .theme import QUIET, chart, finished, grey
from .words import plain

Words = Callable[[Step, tuple[int, ...]], str]  # what a lesson says of a cell, as Markdown

_PICK = st.components.v2.component(
    "attention_map_pick",
    html="<span></span>",
    js=built("pick"),
)


def explore(
    steps: Iterable[Step], key: str, words: Words | None = None, opens: str = "", arithmetic: bool = True
) -> tuple[Step, tuple[int, ...]]:
    """A selector of steps, the chosen step as a map, and the arithmetic of the cell that is clicked.

    words: what is said of the chosen cell; opens: the step shown at first, by default the last; arithmetic: whether it
    is shown. Returns the step and the cell.
    """
    named = {step.name: step for step in steps}
    beside, main = st.columns([2, 3], gap="medium")
    with beside:
        step = named[_chosen(list(named), key, opens)]
        _open_at_the_largest(step, key)
        leading = _leading(step, key)
        row, column = _row_and_column(step, key)
    cell = (*leading, row, column)[-step.value.ndim :] if step.value.ndim else ()
    drawn = f"map-{key}"
    with main:
        is_large = is_image(step) or not _has_room(step.value.shape)
        large = say("Too large for printed numbers: drag to zoom, double-click to zoom out.") if is_large else ""
        click = say("Click a cell for its arithmetic.") if arithmetic else ""
        st.caption(" ".join(filter(None, (large, click))))
        draw(step, leading, drawn)

    def take_pick() -> None:
        pick = st.session_state[f"pick-{key}"].get("pick") or {}
        cell, panel = pick.get("cell"), pick.get("panel")
        if isinstance(cell, list) and len(cell) == 2 and all(isinstance(i, int) for i in cell):
            for axis, i in zip(("row", "column"), cell, strict=True):
                st.session_state[f"map-{axis}-{key}"] = max(1, i + 1)
        if is_image(step) and leading and isinstance(panel, int) and 0 <= panel < step.axes[-3].size:
            st.session_state[_selector_key(step.axes[-3], key)] = panel

    _PICK(key=f"pick-{key}", data={"chart": drawn}, on_pick_change=take_pick)
    with beside:
        st.markdown(words(step, cell) if words else "")
    if arithmetic:
        _arithmetic(step, cell)
    return step, cell


def look(steps: Iterable[Step], key: str, name: str, cell: tuple[int, ...] | None) -> None:
    """Choose a step and a cell before the selectors are drawn; what there is none of changes nothing."""
    named = {step.name: step for step in steps}
    if name not in named:
        return
    step, kind = named[name], kind_of(name)
    times = [each for each in named if kind_of(each) == kind]
    st.session_state[f"map-step-{key}"] = kind
    if len(times) > 1:
        st.session_state[f"map-moment-{len(times)}-{key}"] = times.index(name)
    if cell and len(cell) == step.value.ndim and all(i < size for i, size in zip(cell, step.value.shape, strict=True)):
        open_at(step, cell, key)


def looked_at(steps: Iterable[Step], key: str, opens: str = "") -> str:
    """The name of the step that the selector shows, or would show at first."""
    names = [step.name for step in steps]
    kind = st.session_state.get(f"map-step-{key}") or kind_of(opens if opens in names else names[-1])
    times = [name for name in names if kind_of(name) == kind] or names[-1:]
    return times[min(len(times) - 1, st.session_state.get(f"map-moment-{len(times)}-{key}") or 0)]


def _chosen(steps: list[str], key: str, opens: str) -> str:
    """The name of the chosen step: by its kind and, in a series with several steps of that kind, by its time."""
    kinds: dict[str, list[str]] = {}
    for name in steps:
        kinds.setdefault(kind_of(name), []).append(name)
    first = kind_of(opens if opens in steps else steps[-1])
    kind = st.selectbox(
        say("Step"),
        list(kinds),
        index=list(kinds).index(first),
        key=f"map-step-{key}",
        width=280,
        format_func=kind_said,
    )
    times = kinds[kind]
    if len(times) == 1:
        return times[0]
    place = st.select_slider(
        say("Moment"), range(len(times)), key=f"map-moment-{len(times)}-{key}", width=280,
        format_func=lambda n: term(place_of(times[n])),
    )  # fmt: skip
    return times[place]


def _open_at_the_largest(step: Step, key: str) -> None:
    """Select the largest number when another kind of step is chosen: the first one may be close to 0."""
    if f"map-row-{key}" in st.session_state and st.session_state.get(f"map-of-{key}") == kind_of(step.name):
        return
    open_at(step, largest(step), key)


def open_at(step: Step, cell: tuple[int, ...], key: str) -> None:
    """Have `explore` show this cell: before it is drawn."""
    st.session_state[f"map-of-{key}"] = kind_of(step.name)
    *leading, row, column = (0, 0, *cell)[-max(2, step.value.ndim) :]
    for axis, i in zip(step.axes[:-2], leading, strict=True):
        st.session_state[_selector_key(axis, key)] = i
    for side, i in (("row", row), ("column", column)):
        st.session_state[f"map-{side}-{key}"] = i + 1


def largest(step: Step) -> tuple[int, ...]:
    """Where the number of the largest size stands, the first of equal ones."""
    sizes = np.where(np.isfinite(step.value), np.abs(step.value), -1.0)
    return tuple(int(i) for i in np.unravel_index(int(sizes.argmax()), sizes.shape))


def kind_of(name: str) -> str:
    """What the steps of a series have in common: "decoder: scores" for "decoder 2/scores"."""
    place = time_of(name)
    if place is None:
        return name
    series, _ = place
    return f"{series}: {base_name_of(name)}"


def kind_said(kind: str) -> str:
    """A kind as it is shown."""
    return say(": ").join(map(term, kind.split(": ")))


def draw(step: Step, leading: tuple[int, ...], key: str) -> None:
    """One slice of a step as a zoomable map. leading: positions along all axes but the last two."""
    chart(heatmap(step, leading), key, say("{step} as a map", step=term(step.name)), config={"displaylogo": False})


def _leading(step: Step, key: str) -> tuple[int, ...]:
    axes = step.axes[:-2]
    with st.container(horizontal=True):
        return tuple(position(axis, _selector_key(axis, key), 160) for axis in axes)


def _selector_key(axis: Axis, key: str) -> str:
    """A widget's name; not that of the fields for the row and the column, which an axis may be called as well."""
    return f"map-along-{axis.name}-{axis.size}-{key}"


def _row_and_column(step: Step, key: str) -> tuple[int, int]:
    rows, columns = np.atleast_2d(step.value).shape[-2:]
    with st.container(horizontal=True):
        places = []
        for axis, title, size in (("row", say("Row"), rows), ("column", say("Column"), columns)):
            field = f"map-{axis}-{key}"
            st.session_state[field] = min(st.session_state.get(field, 1), size)
            places.append(int(st.number_input(title, 1, size, key=field, width=140)) - 1)
    return places[0], places[1]


def heatmap(step: Step, leading: tuple[int, ...]) -> Figure:
    """One slice of a step: rows downwards, minus infinity left grey, zero in the middle unless all are shares.

    Of images, all pictures along the last leading axis.
    """
    if is_image(step):
        return _small_multiples(step, leading)
    z = np.atleast_2d(step.value[leading]).astype(float)
    titles = ["", "", *map(term, names(step.axes))][-2:]
    labels = [tuple(map(label_said, axis.labels)) for axis in step.axes[-2:]]
    made = figure([_heatmap_trace(z, titles, z, **(_written(z) if _has_room(z.shape) else {}))])
    update_axes(made, "x", title={"text": titles[1]}, constrain="domain", **_ticks(labels[-1:]))
    rows = _ticks(labels[-2:-1]) if step.value.ndim > 1 else {"showticklabels": False}
    update_axes(made, "y", title={"text": titles[0], "standoff": 12}, automargin=True, autorange="reversed", **rows)
    finished(made, min(460, 130 + 30 * len(z)))
    made["layout"]["dragmode"] = "zoom"
    if not np.isfinite(z).all():
        made["layout"]["plot_bgcolor"] = grey(".25")  # no number must not look like a number near 0
    return made


def _heatmap_trace(z: Array, titles: Sequence[str], among: Array, panel: int = 0, **look: Any) -> Properties:
    """among: all numbers that share the scale.

    The browser chooses the colours: Plotly the kind of scale, by whether its ends have two signs, and Streamlit the one
    of the page's theme, on which 0 is next to the ground (.streamlit/config.toml).
    """
    low, top = _scale(among)
    x, y = np.arange(1, z.shape[1] + 1), np.arange(1, z.shape[0] + 1)
    return trace(
        "heatmap", panel, z=packed(np.where(np.isfinite(z), z, np.nan)), x=packed(x), y=packed(y), zmin=low, zmax=top,
        hovertemplate=f"{titles[0]} %{{y}}, {titles[1]} %{{x}}: %{{z:.4g}}<extra></extra>",
        **{"autocolorscale": True, "colorbar": {"tickfont": {"color": QUIET}}, **look},
    )  # fmt: skip


def _has_room(shape: tuple[int, ...]) -> bool:
    """Whether every number of a table can be written into its cell."""
    rows, columns = (1, 1, *shape)[-2:]
    return rows <= 16 and columns <= PRINTED


def _written(z: Array) -> Properties:
    """The numbers of a map in its cells."""
    text = [[plain(value) for value in row] for row in z.tolist()]
    return {"text": text, "texttemplate": "%{text}", "showscale": False}


def _scale(among: Array) -> tuple[float, float]:
    """The ends: 0 in the middle where there are negative numbers."""
    finite = among[np.isfinite(among)]
    top = float(np.abs(finite).max()) if finite.size else 1.0
    return (-top if (finite < 0).any() else 0, top)


ACROSS = 4  # pictures in a line
LIGHT = ((0, "#14181f"), (1, "#f6f8fb"))  # of an image, from none to most; the same in both themes, as on the stage


def _small_multiples(step: Step, leading: tuple[int, ...]) -> Figure:
    """Small multiples with square pixels, one scale for all; the number of a trace is the number of its picture."""
    pictures = np.asarray(step.value[leading[:-1]] if leading else step.value[None], dtype=float)
    across = min(ACROSS, len(pictures))
    down = -(-len(pictures) // across)
    heads = [f"{term(step.axes[-3].name)} {label_said(label)}" for label in step.axes[-3].labels] if leading else None
    made = panels(down, across, heads, horizontal_spacing=0.03, vertical_spacing=0.2 / down)
    light = {} if _scale(pictures)[0] else {"autocolorscale": False, "colorscale": LIGHT}
    for n, picture in enumerate(pictures):
        look = {"showscale": n == 0, **light}
        made["data"].append(_heatmap_trace(picture, [*map(term, names(step.axes))][-2:], pictures, n + 1, **look))
    update_axes(made, "x", constrain="domain", showticklabels=len(pictures) == 1)
    update_axes(made, "y", constrain="domain", showticklabels=len(pictures) == 1, autorange="reversed")
    for side in axes(made, "y"):
        side["scaleanchor"] = side["anchor"]
    finished(made, 460 if down == 1 else 210 * down)
    made["layout"]["dragmode"] = "zoom"
    return made


def _ticks(labels: list[tuple[str, ...]]) -> dict[str, Any]:
    """Every position by its label while there is room for them."""
    if not labels or len(labels[0]) > 40:
        return {}
    shown = [label if len(label) <= 14 else f"{label[:13]}…" for label in labels[0]]
    return {"tickmode": "array", "tickvals": list(range(1, len(shown) + 1)), "ticktext": shown}


def _arithmetic(step: Step, cell: tuple[int, ...]) -> None:
    where = ", ".join(literal(axis.at(i)) for axis, i in zip(step.axes, cell, strict=True))
    value = float(step.value[cell])
    found = {"step": term(step.name), "where": where, "number": f"${ex.number(value)}${_exact(value)}"}
    given = step.primitive is None
    st.markdown(
        say("**{step}**, {where}: {number}, given and not computed.", **found)
        if given
        else say("**{step}**, {where}: {number}.", **found)
    )
    if step.primitive is None:
        return
    grounded = ex.shortened(ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True))))
    st.latex(f"{ex.subscripted(step, cell)} = {ex.symbols(grounded)}")
    st.latex(str(ex.line(grounded, value)))


def _exact(value: float) -> str:
    """The number with the digits that were rounded away; the sixteenth is a rounding error of float64."""
    exact = f"{value:.15g}"
    return "" if exact in (ex.number(value), "inf", "-inf", "nan") else f" :small[:gray[({exact})]]"
