"""Positions of tokens in attention: codes added to tokens, rotated queries and keys, a bias of the scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine.axes import Axis, names, numbered
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import contract, cos, mask, merge, rename, scale, sin, split, stack
from attention_core.engine.step import Step, source, stated

from .measures import identity

LAYOUTS = ("interleaved", "half-split")


def angles(tokens: Axis, width: int, base: float = 10000.0, first: int = 0, rates: Step | None = None) -> Step:
    """position * base^(-2 i / width) for every pair i of `width` features, counted from 0, in radians: (token, pair).

    first: the position of the first token, where others came before it. rates: the `frequencies`, where already made;
    the angles have their precision.
    Raises InputError for an odd width.
    """
    _require_even("features", width)
    rates = rates or frequencies(width, base)
    places = np.arange(first, first + tokens.size, dtype=rates.value.dtype)
    return contract(source("positions", places, (tokens,), symbol="p"), rates, name="angles", symbol=r"\Theta")


def frequencies(width: int, base: float, precision: str = "float64") -> Step:
    """base^(-2 i / width), the angle in radians between neighbouring positions, for every pair of features: (pair)."""
    _require_even("features", width)
    exponent = ex.quotient(_minus(2, ex.along("pair")), ex.constant(width, "d"))
    rate = ex.power(ex.constant(base), exponent)
    found = stated("frequencies", rate, (numbered("pair", width // 2),), r"\omega")
    return found if precision == "float64" else replace(found, value=found.value.astype(precision))


def _minus(factor: int, index: ex.Index) -> ex.Expression:
    return ex.product(ex.constant(factor), ex.position(index), ex.constant(-1))


def _require_even(field: str, width: int) -> None:
    if width % 2:
        raise InputError(field, "", say("a width of {width} is odd, and features are needed in pairs", width=width))


def sinusoidal(tokens: Axis, features: Axis, base: float = 10000.0, rates: Step | None = None) -> Step:
    """sin and cos of every angle, side by side: (token, feature). Vaswani et al. 2017, section 3.5.

    The named steps are "angles" and "position codes"; `positions` and `frequencies` are constants. Raises InputError
    for an odd number of features.
    """
    theta = angles(tokens, features.size, base, rates=rates)
    waves = stack(sin(theta), cos(theta), along=Axis("wave", ("sin", "cos")))
    return merge(waves, "pair", "wave", features, name="position codes", symbol="P")


def rotate(x: Step, theta: Step, layout: str = "interleaved", name: str = "", symbol: str = "") -> Step:
    """Each pair of features of x rotated by its angle, with the axes of x. Su et al. 2021, arXiv:2104.09864.

    theta: `angles` (token, pair) in radians, or the `rotation_matrices` of them where many layers share these; the same
    for queries and keys: their axis is renamed as x names the tokens. layout: which features make a pair: neighbours,
    or one of the first half with one of the second. Values are never rotated. Raises InputError for an odd number of
    features.
    """
    _require_even(x.label, x.size("feature"))
    theta = _named_as_in(theta, x)
    pairs = theta.size("pair")
    first, second = ("pair", "part") if layout == "interleaved" else ("part", "pair")
    parts = split(x, "feature", first, pairs if first == "pair" else 2, second)
    matrices = theta if "part" in names(theta.axes) else rotation_matrices(theta)
    turned = rename(contract(parts, matrices, over="part"), "turned", "part")
    name = name or f"rotated {x.name}"
    symbol = symbol or f"{x.symbol}^R"
    return merge(turned, first, second, x.axis("feature"), name=name, symbol=symbol)


def _named_as_in(theta: Step, x: Step) -> Step:
    """Angles, or their matrices, with the token axis renamed as in x."""
    for axis in theta.axes:
        if axis.name not in ("pair", "turned", "part", *names(x.axes)):
            here = next(name for name in ("query", "key", "token") if name in names(x.axes))
            return rename(theta, axis.name, here)
    return theta


def rotation_matrices(theta: Step) -> Step:
    """For every angle the 2 x 2 rotation matrix, from (part) to (turned): (..., turned, part)."""
    c = cos(theta)
    s = sin(theta)
    ends = Axis("turned", ("1", "2"))
    rows = stack(c, s, along=ends), stack(scale(s, -1.0), c, along=ends)
    return stack(*rows, along=Axis("part", ("1", "2")))


def shift_matrix(rates: Step, features: Axis, by: int, name: str = "", symbol: str = "") -> Step:
    """The matrix (shifted feature, feature) from the code of a position to that of the one `by` further on.

    rates (pair): the `frequencies`. It is block diagonal: each pair of features is rotated by its own angle. Vaswani et
    al. 2017, section 3.5.
    """
    blocks = contract(rotation_matrices(scale(rates, float(by))), identity(rates.axis("pair"), "other pair"))
    rows = merge(blocks, "pair", "part", features.renamed(f"shifted {features.name}"))
    return merge(rows, "other pair", "turned", features, name=name, symbol=symbol)


def alibi_slopes(heads: Axis) -> Step:
    """2^(-8 i / h) for head i = 1 ... h, where h is a power of two: (head). Press, Smith and Lewis 2021.

    For another h, the slopes of the next smaller power, followed by every other slope of the next larger.
    arXiv:2108.12409.
    """
    power = 2 ** (heads.size.bit_length() - 1)
    head = ex.along("head")
    first = _slope(ex.along("head", offset=1), ex.constant(power, "H" if power == heads.size else ""))
    other = _slope(ex.along("head", 2, offset=1 - 2 * power), ex.constant(2 * power))
    return stated("slopes", ex.piece(head, (0, power), (first, other)), (heads,), "m")


def _slope(number: ex.Index, heads: ex.Expression) -> ex.Expression:
    """The slope of the head of this number, where there are so many: 2^(-8 number / heads)."""
    return ex.power(ex.constant(2), ex.quotient(_minus(8, number), heads))


def alibi_bias(queries: Axis, keys: Axis, slopes: Step, visible: Step | None = None) -> Step:
    """-slope * distance: (head, query, key), minus infinity where `visible` is 0. Press, Smith and Lewis 2021.

    The distance is counted in positions. It is added to scaled scores. The named step is "bias"; `distances` are
    constants.
    """
    places_apart = np.abs(np.subtract.outer(np.arange(queries.size), np.arange(keys.size)))
    distances = source("distances", places_apart, (queries, keys), symbol=r"\Delta")
    if visible is None:
        return scale(contract(slopes, distances), -1.0, name="bias", symbol=r"\beta")
    return mask(scale(contract(slopes, distances), -1.0), visible, name="bias", symbol=r"\beta")
