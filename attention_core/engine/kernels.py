"""The vectorised arithmetic itself: what a step runs, and what an exported script contains, word for word.

Only functions that NumPy and PyTorch spell alike are used here, so that the exported PyTorch script is the same text
with `torch.` for `np.`. A docstring inside a function would be exported too; what a function does stands at the
operation that calls it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .products import product


def einsum(spec: str, *arrays: Any) -> Any:
    """np.einsum; past a few thousand cells by `product`, which is then a BLAS matrix product."""
    return np.einsum(spec, *arrays) if max(array.size for array in arrays) <= 4096 else product(spec, *arrays)


def add(*arrays: Any) -> Any:
    total = arrays[0]
    for array in arrays[1:]:
        total = total + array
    return total


def affine(spec: str, x: Any, matrix: Any, bias: Any) -> Any:
    total = einsum(spec, x, matrix)
    total += bias
    return total


def scale(x: Any, factor: float) -> Any:
    return x * factor


def shift(x: Any, by: float) -> Any:
    return x + by


def mask(x: Any, visible: Any, fill: float) -> Any:
    return np.where(visible != 0, x, fill)


def softmax(x: Any, axis: int) -> Any:
    # Subtracting the largest score changes no weight and keeps exp from overflowing.
    e = x - np.amax(x, axis=axis, keepdims=True)
    np.exp(e, out=e)
    e /= np.sum(e, axis=axis, keepdims=True)
    return e


def sigmoid(x: Any) -> Any:
    e = np.exp(-x)
    e += 1
    return 1 / e


def relu(x: Any) -> Any:
    return np.where(x > 0, x, 0.0)


def erf(x: Any) -> Any:
    if x.dtype == np.float32:
        # tanh of x times a polynomial in x x, within 2e-7; `python -m tools.erf` finds it. Past 3.92 it is 1.
        near = np.clip(x, -3.92, 3.92)
        y = near * near
        ratio = 5.68923679e-09 * y
        for p in (2.21626186e-08, -4.75467887e-06, 8.44620126e-05, -0.000614625424, -0.000195433208, 0.102769897):
            ratio += p
            ratio *= y
        ratio += 1.12837925
        ratio *= near
        return np.tanh(ratio)
    # Quotients of polynomials by W. J. Cody, 1969: one near 0, and 1 - exp(-x x) times another beyond. Past 6 it is 1.
    size = np.abs(x)
    is_near = size < 0.46875
    near, far = np.clip(x, -0.46875, 0.46875), np.clip(size, 0.46875, 6.0)
    y = near * near
    # In place: an array of its own for each of these terms would take several times as long.
    top, bottom = 0.18577770618460315 * y, 1 * y
    for p, q in (
        (3.1611237438705655, 23.601290952344122),
        (113.86415415105016, 244.02463793444417),
        (377.485237685302, 1282.6165260773723),
    ):
        top += p
        top *= y
        bottom += q
        bottom *= y
    inner = near * (top + 3209.3775891384694) / (bottom + 2844.236833439171)
    top, bottom = 2.1531153547440383e-08 * far, 1 * far
    for p, q in (
        (0.5641884969886701, 15.744926110709835),
        (8.883149794388377, 117.6939508913125),
        (66.11919063714163, 537.1811018620099),
        (298.6351381974001, 1621.3895745666903),
        (881.952221241769, 3290.7992357334597),
        (1712.0476126340707, 4362.619090143247),
        (2051.0783778260716, 3439.3676741437216),
    ):
        top += p
        top *= far
        bottom += q
        bottom *= far
    outer = 1 - np.exp(-far * far) * (top + 1230.3393547979972) / (bottom + 1230.3393548037495)
    return np.where(is_near, inner, np.copysign(outer, x))


def gelu(x: Any) -> Any:
    below = erf(x * 0.7071067811865476)
    below += 1
    below *= x
    below *= 0.5
    return below


def gelu_tanh(x: Any) -> Any:
    y = x * x
    y *= x
    y *= 0.044715
    y += x
    y *= 0.7978845608028654
    y = np.tanh(y)
    y += 1
    y *= x
    y *= 0.5
    return y


def silu(x: Any) -> Any:
    e = np.exp(-x)
    e += 1
    return x / e


def variance(x: Any, average: Any, axis: int) -> Any:
    apart = x - average
    apart *= apart
    return np.mean(apart, axis=axis)


def layer_norm(x: Any, average: Any, spread: Any, gain: Any, bias: Any = 0.0, *, eps: float) -> Any:
    y = x - average
    y /= np.sqrt(spread + eps)
    y *= gain
    y += bias
    return y


def mean_square(x: Any, axis: int) -> Any:
    return np.mean(x * x, axis=axis)


def rms_norm(x: Any, size: Any, gain: Any, eps: float) -> Any:
    y = x / np.sqrt(size + eps)
    y *= gain
    return y


def at_least(x: Any, bound: float) -> Any:
    return np.where(x > bound, x, bound)


def at_most(x: Any, bound: float) -> Any:
    return np.where(x < bound, x, bound)


def positive(x: Any) -> Any:
    return np.where(x > 0, 1.0, 0.0)


def xlogx(x: Any) -> Any:
    # 0 ln 0 counts as 0, its limit; the 1 stands in only so that no logarithm of 0 is taken.
    return x * np.log(np.where(x == 0, 1.0, x))


def concat(*arrays: Any, axis: int) -> Any:
    return np.concatenate(arrays, axis=axis)


def take(x: Any, where: Any) -> Any:
    return x[where]


def put(x: Any, places: Any, numbers: Any) -> Any:
    flat = np.reshape(x, (-1,)) + 0
    for place, number in zip(places, numbers, strict=True):
        flat[place] = number
    return np.reshape(flat, x.shape)


def windows(x: Any, places: Any, size: int, axis: int) -> Any:
    # One slice of zeros, behind the last, stands for everything beyond the edges.
    x = np.moveaxis(x, axis, 0)
    x = np.concatenate((x, np.zeros_like(x[:1])), axis=0)[places]
    x = np.reshape(x, (-1, size, *x.shape[1:]))
    return np.moveaxis(x, (0, 1), (axis, axis + 1))


def overlapped(x: Any, places: Any, size: int, axis: int) -> Any:
    # What windows handed out comes back to its place, and adds up there.
    x = np.reshape(x, (-1, *x.shape[2:]))
    x = np.concatenate((x, np.zeros_like(x[:1])), axis=0)[places]
    x = np.sum(np.reshape(x, (-1, size, *x.shape[1:])), axis=1)
    return np.moveaxis(x, 0, axis)


def top(x: Any, k: int, axis: int) -> Any:
    x = np.moveaxis(x, axis, -1)
    chosen = np.zeros_like(x)
    for _ in range(k):
        best = np.argmax(np.where(chosen > 0, -np.inf, x), axis=-1, keepdims=True)
        chosen = np.where(np.arange(x.shape[-1]) == best, 1.0, chosen)
    return np.moveaxis(chosen, -1, axis)


def same(x: Any) -> Any:
    return x


def held(x: Any) -> Any:
    return x
