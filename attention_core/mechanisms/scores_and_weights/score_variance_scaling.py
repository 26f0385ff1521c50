"""Why scores are divided by the root of the width: the standard deviation of a sum of d products grows like it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from attention_core.blocks.measures import entropy, jacobian, norm
from attention_core.engine import expression as ex
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import (
    absolute,
    contract,
    divide_by,
    largest,
    mean,
    rename,
    scale,
    shift,
    softmax,
    sqrt,
    square,
    subtract,
)
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Curves
from attention_core.lesson.said import below

WIDTH = to_say("width d of a key")
WIDTHS = tuple(2**n for n in range(11))
BY = {"nothing": 0.0, "root of d": -0.5, "d": -1.0}
DIVISORS: dict[str, Callable[[ex.Expression], ex.Expression]] = {"root of d": ex.root, "d": lambda d: d}


def run(x: Step, z: Step, d: int, divide: str) -> tuple[Step, ...]:
    """softmax(z times the spread of q.k), divided as chosen. Vaswani et al. 2017, section 3.2.1, footnote 4."""
    pairs = ("entry", "other entry")
    products = contract(x, rename(x, *pairs), name="products", symbol="P")
    deviations = subtract(products, mean(products, pairs), name="deviations", symbol="D")
    product_variance = mean(square(deviations), pairs, name="product variance", symbol="v")
    width = ex.constant(d, "d")
    spread = sqrt(
        scale(product_variance, width, name="score variance", symbol="v_d"), name="score spread", symbol=r"\sigma_d"
    )
    scores = contract(z, spread, name="scores", symbol="S")
    if divide in DIVISORS:
        scores = divide_by(scores, DIVISORS[divide](width), name="scaled scores", symbol=r"\tilde S")
    weights = softmax(scores, along="key", name="attention weights", symbol="A")
    H = entropy(weights)
    J = jacobian(weights)
    return H, norm(J, ("key", "score"), name="norm of the Jacobian", symbol=r"\|J\|"), weights


def said(trace: Trace) -> dict[str, Step | float]:
    """The largest weight, and whether one product has variance 1."""
    off = absolute(shift(trace["product variance"], -1.0))
    return {"largest": largest(trace["attention weights"], "key"), "variance is 1": below(off, 1e-9)}


def picture(trace: Trace) -> tuple[Curves, ...]:
    """Variance, entropy and the Jacobian's norm over the width, divided by nothing, by the root and by the width."""
    product_variance = float(trace["product variance"].value)
    d = float(trace.options["d"])
    by = BY[trace.options["divide"]]
    spread = {
        say("divided by {name}", name=say(name)): tuple(product_variance * w ** (1 + 2 * power) for w in WIDTHS)
        for name, power in BY.items()
    }
    results = {
        say("divided by {name}", name=say(name)): [run(trace["x"], trace["z"], w, name) for w in WIDTHS] for name in BY
    }
    dot = {say("yours"): (d, product_variance * d ** (1 + 2 * by))}
    measured = measured_variances()
    pictures = [
        Curves(say("How far scores spread."), WIDTHS, spread, say(WIDTH), "variance", dot, True, True, measured)
    ]
    for n, name in enumerate(("entropy", "norm of the Jacobian")):
        lines = {
            title: tuple(float(steps[n].value) for steps in steps_by_width) for title, steps_by_width in results.items()
        }
        dot = {say("yours"): (d, float(trace[name].value))}
        pictures.append(Curves(say(CAPTIONS[n]), WIDTHS, lines, say(WIDTH), name, dot, log_x=True))
    return tuple(pictures)


CAPTIONS = (
    to_say("How evenly the weights are spread: their entropy."),
    to_say("How strongly the weights respond to the scores."),
)
Z = [1, 0.5, -0.5, -1]
KEYS = {"key": ("Key 1", "Key 2", "Key 3", "Key 4")}
ROOT = {"divide": "root of d"}
NOTE = "Made-up scores in units of their spread; every entry value is equally likely."


def exact_moments(width: int) -> tuple[float, float]:
    """Mean and variance of a sum of `width` signs, over all 2^width of them, each equally likely.

    A product of two entries that are +1 or -1 is such a sign, so these are the exact moments of q.k.
    """
    sums = np.zeros(1)
    for _ in range(width):
        sums = np.concatenate([sums - 1, sums + 1])
    return float(sums.mean()), float(sums.var())


@lru_cache(maxsize=1)
def sampled_variances(
    widths: tuple[int, ...] = (4, 16, 64, 256), pairs: int = 20000
) -> tuple[tuple[float, float], ...]:
    """(width, variance of q.k) over pairs of seeded Gaussian vectors, which grow entry by entry."""
    rng = np.random.default_rng(0)
    sums = np.zeros(pairs)
    found = []
    for width in range(1, max(widths) + 1):
        sums += rng.standard_normal(pairs) * rng.standard_normal(pairs)
        if width in widths:
            found.append((float(width), float(sums.var())))
    return tuple(found)


def measured_variances() -> dict[str, tuple[tuple[float, float], ...]]:
    """Points (width, variance of q.k) for entries of mean 0 and variance 1: exact, and sampled."""
    exact = tuple((float(width), exact_moments(width)[1]) for width in range(1, 11))
    return {say("±1, every outcome counted"): exact, say("Gaussian, 20000 pairs drawn"): sampled_variances()}


MECHANISM = Mechanism(
    key="score-variance-scaling",
    title="Why divide by √d?",
    section="Scores and weights",
    boxes=("score",),
    insight="Wide vectors make large scores, and large scores saturate the softmax; dividing by √d keeps their size.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1",),
    inputs={"x": Input(("entry",), "values an entry may have"), "z": Input(("key",), "scores in spreads")},
    options={"d": Option("Width d of a key", 64, WIDTHS), "divide": Option("Divide scores by", "nothing", tuple(BY))},
    presets={
        "signs": Preset("Entries of ±1", {"x": [-1, 1], "z": Z}, KEYS, note=NOTE),
        "three": Preset("Three values", {"x": [-(1.5**0.5), 0, 1.5**0.5], "z": Z}, KEYS, note=NOTE),
        "large": Preset("Entries of ±3", {"x": [-3, 3], "z": Z}, KEYS, ROOT, NOTE),
        "lopsided": Preset("Entries of 0 and 2", {"x": [0, 2], "z": Z}, KEYS, ROOT, NOTE),
    },
    challenges=(
        Challenge(
            "Keep the softmax from saturating at width 1024: a norm of the Jacobian above 0.4.",
            lambda t: t.options["d"] == 1024 and bool(t["norm of the Jacobian"].value > 0.4),
            "The spread of a score grows like a root. Which one?",
            {"d": 1024, **ROOT},
        ),
        Challenge(
            "Divide by the root of d and saturate the softmax all the same: a norm of the Jacobian below 0.01.",
            lambda t: t.options["divide"] == "root of d" and bool(t["norm of the Jacobian"].value < 0.01),
            "The argument needs entries of variance 1. Give yours a larger one.",
            {"x": [-4, 4], **ROOT},
        ),
    ),
    in_transformer="the division by √dₖ, in every attention layer.",
    related=("why-softmax", "qk-norm", "softcap"),
    run=run,
    picture=picture,
    said=said,
)
