"""Temperature and entropy: from the largest score alone to even weights, and the number of keys that count."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.measures import entropy
from attention_core.engine import expression as ex
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import contract, divide_by, exp, floor, shift, softmax, square, subtract, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Curves, Picture, rows, strongest_rows
from attention_core.lesson.said import above, below, leading

TEMPERATURES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 8.0, 10.0, 20.0, 50.0)


def run(e: Step, temperature: float) -> tuple[Step, ...]:
    """softmax(e / temperature), its entropy H, exp(H), and dH/d(temperature). Hinton, Vinyals and Dean 2015, eq. 1."""
    tempered = divide_by(e, ex.constant(temperature, r"\tau"), name="tempered scores", symbol=r"\tilde e")
    weights = softmax(tempered, along="key", name="attention weights", symbol="a")
    count = exp(entropy(weights), name="effective number", symbol="N")
    mean = contract(weights, e, over="key", name="mean score", symbol=r"\mu")
    squared_distances = square(subtract(e, mean), name="squared distances", symbol="r")
    variance = contract(weights, squared_distances, over="key", name="variance of scores", symbol=r"\sigma^2")
    tau = ex.constant(temperature, r"\tau")
    slope = divide_by(variance, ex.product(tau, tau, tau), name="slope of entropy", symbol="H'")
    return count, slope, weights


def said(trace: Trace) -> dict[str, Step | float]:
    """The keys that lead, how many they are, and the effective number as whole keys and a rest."""
    best = leading(trace["e"], "key")
    leaders = sum_over(best, over="key")
    number = trace["effective number"]
    whole = floor(shift(number, 1e-9))  # two keys alike come to 2 but for rounding
    rest = subtract(number, whole)
    return {
        "best": best,
        "leaders": leaders,
        "tie": above(leaders, 1.5),
        "keys": trace["e"].size("key"),
        "whole": whole,
        "one whole": below(whole, 1.5),
        "part": rest,
        "rest": above(rest, 0.005),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weights beside as many even shares as their effective number; and that number over the temperature."""
    labels = trace["e"].axis("key").labels
    n = trace["e"].size("key")
    count = float(trace["effective number"].value)
    now = trace.options["temperature"]
    rank = np.argsort(np.argsort(-trace["e"].value, kind="stable"))
    even = np.clip(count - rank, 0, 1) / count  # a whole share for the first keys, the rest for the next
    keys, shares = strongest_rows(labels, np.transpose([trace["attention weights"].value, even]), 24)
    bars = Bars(
        say("The weights, and even shares of their effective number."),
        keys,
        rows(map(say, SHARES), shares.T),
        say("share"),
    )
    fine = tuple(map(float, np.geomspace(TEMPERATURES[0], TEMPERATURES[-1], 41)))
    counts = tuple(float(run(trace["e"], t)[0].value) for t in fine)
    lines = {"effective number": counts, say("all keys"): (n,) * len(fine), say("one key"): (1.0,) * len(fine)}
    return bars, Curves(
        say("The effective number over the temperature."),
        fine,
        lines,
        say("temperature"),
        say("keys read"),
        {say("yours"): (now, count)},
        True,
    )


SHARES = (to_say("weights"), to_say("even shares of the effective number"))
KEYS = {"key": ("Key 1", "Key 2", "Key 3", "Key 4")}
NOTE = "Made-up scores; 2, 4, 4 as in the worked example."

MECHANISM = Mechanism(
    key="temperature-entropy",
    title="Temperature and entropy",
    section="Scores and weights",
    family="From scores to weights",
    boxes=("normalise",),
    opens="attention weights",
    insight="The temperature leads from the best key alone to even weights; the entropy measures how even they are.",
    papers=("Hinton, Vinyals and Dean 2015, arXiv:1503.02531", "Zhai et al. 2023, arXiv:2303.06296"),
    inputs={"e": Input(("key",), "scores")},
    options={"temperature": Option("Temperature", 1.0, TEMPERATURES)},
    presets={
        "steps": Preset("1, 2, 3, 4", {"e": [1, 2, 3, 4]}, KEYS, note=NOTE),
        "tie": Preset("2, 4, 4", {"e": [2, 4, 4]}, {"key": KEYS["key"][:3]}, note=NOTE),
        "wide": Preset("A key 64 wide", {"e": [8, 4, -4, -8]}, KEYS, {"temperature": 8.0}, NOTE),
    },
    challenges=(
        Challenge(
            "With three keys or more, reach an effective number within 0.01 of 2.",
            lambda t: bool(abs(t["effective number"].value - 2) < 0.01 and t["e"].size("key") > 2),
            "Let two scores tie for the lead, and lower the temperature until the others get no weight.",
            {"e": [1, 2, 4, 4], "temperature": 0.1},
        ),
        Challenge(
            "At temperature 0.1 or below, read at least two keys, and all keys alike.",
            lambda t: (
                t.options["temperature"] <= 0.1 and bool(1.9 < t["effective number"].value > t["e"].size("key") - 0.01)
            ),
            "A temperature can only enlarge differences between scores.",
            {"e": [3, 3, 3, 3], "temperature": 0.1},
        ),
    ),
    in_transformer=(
        "the scores are divided by √dₖ, a fixed temperature; a second temperature is used when the next word is drawn."
    ),
    related=("score-variance-scaling",),
    run=run,
    picture=picture,
    said=said,
)
