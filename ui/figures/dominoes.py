"""Products of matrices as dominoes: halves of one colour meet, the outer two are the axes of the product."""

from __future__ import annotations

from html import escape

import streamlit as st

from attention_core.engine.language import say, term
from attention_core.lesson.pictures import ShapeChain, Tile

from ..theme import COLOURS


def shape_chain(picture: ShapeChain, key: str) -> None:
    """Products of matrices as rows of dominoes."""
    st.html(shape_chain_html(picture))


def shape_chain_html(picture: ShapeChain) -> str:
    """One colour for each axis; the halves that meet are struck out."""
    axes = dict.fromkeys(axis for chain in picture.chains.values() for _, *ends in chain for axis, _ in ends)
    colours = {axis: COLOURS[n % len(COLOURS)] for n, axis in enumerate(axes)}
    chains = "".join(_chain(name, tiles, colours) for name, tiles in picture.chains.items())
    return f'<div class="dominoes">{chains}</div>'


def _chain(name: str, tiles: tuple[Tile, ...], colours: dict[str, str]) -> str:
    *factors, made = tiles
    last = len(factors) - 1
    shown = "".join(_tile(tile, colours, (n > 0, n < last)) for n, tile in enumerate(factors))
    spoken = say("{factors} gives {size}", factors=say(" times ").join(map(_size, factors)), size=_size(made))
    made_of = f'{shown}<span class="gives">=</span>{_tile(made, colours, (False, False))}'
    label = f'role="img" aria-label="{escape(term(name))}: {escape(spoken)}"'
    return f"<div {label}><b>{escape(term(name))}</b>{made_of}</div>"


def _size(tile: Tile) -> str:
    name, *ends = tile
    sizes = say(" by ").join(f"{term(axis)} {size}" for axis, size in ends)
    return f"{name} ({sizes})"


def _tile(tile: Tile, colours: dict[str, str], met: tuple[bool, bool]) -> str:
    name, *ends = tile
    base, _, low = name.partition("_")
    halves = "".join(
        f'<span class="{"met" * gone}" style="--axis: {colours[axis]}"><em>{size}</em>{escape(term(axis))}</span>'
        for (axis, size), gone in zip(ends, met, strict=True)
    )
    return f'<span class="domino"><i>{escape(base)}<sub>{escape(low)}</sub></i>{halves}</span>'
