"""The traced core beside the same mathematics written plainly, and beside PyTorch where it is installed.

All variants run in turn inside one loop, so that whatever else the machine does hits all of them alike.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from attention_core import CURRICULUM, attention

from .numbers import Goal, Report, median, percentile

LARGEST = (512, 64, 8)  # tokens, width of a head, heads
ROWS = (((3, 4, 1), "float64"), ((64, 64, 8), "float64"), (LARGEST, "float64"), (LARGEST, "float32"))
RATIO_WANTED, EXAMPLE_WANTED = 1.5, 1.0

Array = np.ndarray[Any, np.dtype[np.float64]]
Variant = Callable[[], object]


def plain(Q: Array, K: Array, V: Array) -> Array:
    """The same four steps as one writes them: every expression a new array, none kept."""
    scores = Q @ K.swapaxes(-1, -2)
    scaled = scores * Q.shape[-1] ** -0.5
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    weights = raised / raised.sum(axis=-1, keepdims=True)
    result: Array = weights @ V
    return result


def one_buffer(Q: Array, K: Array, V: Array) -> Array:
    """The fastest form: one buffer, overwritten by each of the four steps. Keeps nothing to look at."""
    buffer = Q @ K.swapaxes(-1, -2)
    buffer *= Q.shape[-1] ** -0.5
    buffer -= buffer.max(axis=-1, keepdims=True)
    np.exp(buffer, out=buffer)
    buffer /= buffer.sum(axis=-1, keepdims=True)
    result: Array = buffer @ V
    return result


def operands(tokens: int, width: int, heads: int, precision: str) -> tuple[Array, Array, Array]:
    random = np.random.default_rng(tokens)
    shape = (heads, tokens, width) if heads > 1 else (tokens, width)
    Q, K, V = (random.normal(size=shape).astype(precision) for _ in range(3))
    return Q, K, V


def in_torch(*arrays: Array) -> Variant | None:
    """torch's fused attention on the same numbers; None without torch."""
    try:
        import torch
    except ImportError:
        return None
    tensors = [torch.from_numpy(array)[None] for array in arrays]
    return partial(torch.nn.functional.scaled_dot_product_attention, *tensors)


def interleaved(variants: dict[str, Variant], samples: int, calls: int) -> dict[str, list[float]]:
    """Milliseconds per call of every variant, `samples` times, the variants in turn and each `calls` times in a row."""
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for sample in range(-2, samples):  # two rounds to warm up
        for name, variant in variants.items():
            start = time.perf_counter()
            for _ in range(calls):
                variant()
            if sample >= 0:
                taken[name].append((time.perf_counter() - start) * 1e3 / calls)
    return taken


def memory(variant: Variant) -> tuple[float, float]:
    """Megabytes that stay allocated while the result of one call is alive, and the most there are during the call."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    result = variant()
    after, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return (after - before) / 2**20, (most - before) / 2**20


COLUMNS = (
    "tokens x width x heads", "precision", "traced", "NumPy, new arrays", "NumPy, one buffer", "torch",
    "traced / new arrays", "traced / one buffer", "trace keeps, MB", "peak, MB: traced, new arrays, one buffer",
)  # fmt: skip


def measure(quick: bool = False) -> list[Report]:
    report = Report("Core: median milliseconds per call", COLUMNS)
    ratio = max([_compared(report, *row, quick) for row in ROWS][-2:])  # the largest, in both precisions
    report.goals.append(Goal("traced core at most 1.5 times bare NumPy", f"{ratio:.2f} times", ratio <= RATIO_WANTED))
    example = interleaved({"trace": CURRICULUM[0].trace}, 20 if quick else 60, 20)["trace"]
    shown = f"{median(example):.2f} ms (p95 {percentile(example, 0.95):.2f})"
    report.goals.append(Goal("worked example traced within 1 ms", shown, median(example) <= EXAMPLE_WANTED))
    report.notes += [
        f"The worked three-token lesson with all its steps: {shown}.",
        "Ratios are medians over neighbouring calls; the goal is held against the faster of the two NumPy forms.",
        "At the largest size memory decides: a fresh array of 17 MB is cleared page by page before it is written, so "
        "one buffer beats an array per expression. The trace keeps scores, scaled scores and weights, and makes "
        "softmax in one buffer.",
        "At 3x4 the trace pays for looking up axes by name, a fixed fraction of a millisecond. "
        "torch is its fused attention, which never forms the weights a learner wants to see.",
    ]
    return [report]


def _compared(report: Report, size: tuple[int, int, int], precision: str, quick: bool) -> float:
    """Add the row of one size; the ratio to the faster NumPy form."""
    arrays = operands(*size, precision)
    traced, torch = partial(attention, *arrays), in_torch(*arrays)
    variants: dict[str, Variant] = {
        "traced": traced,
        "plain": partial(plain, *arrays),
        "one": partial(one_buffer, *arrays),
    }
    if torch:
        variants["torch"] = torch
    samples, calls = (10 if quick else 40, 1) if size == LARGEST else (30 if quick else 60, 50)
    taken = interleaved(variants, samples, calls)
    digits = 1 if size == LARGEST else 3
    names = ("traced", "plain", "one", "torch")
    shown = [f"{median(taken[name]):.{digits}f}" if name in taken else "not installed" for name in names]
    ratios = [_ratio(taken["traced"], taken[name]) for name in ("plain", "one")]
    keeps, *peaks = memory(traced)[0], *(memory(variants[name])[1] for name in ("traced", "plain", "one"))
    shown += [*(f"{ratio:.2f}" for ratio in ratios), f"{keeps:.2f}", ", ".join(f"{peak:.2f}" for peak in peaks)]
    report.add((" x ".join(map(str, size)), precision, *shown))
    return max(ratios)


def _ratio(mine: list[float], other: list[float]) -> float:
    return median(a / b for a, b in zip(mine, other, strict=True))
