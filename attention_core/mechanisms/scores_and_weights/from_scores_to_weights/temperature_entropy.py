"""Temperature and entropy: from the largest score alone to even weights, and the number of keys that count."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.measures import entropy
from attention_core.engine.ops import contract, exp, scale, softmax, square, subtract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Curves, Picture, rows, strongest_rows

TEMPERATURES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 8.0, 10.0, 20.0, 50.0)


def run(e: Step, temperature: float) -> tuple[Step, ...]:
    """softmax(e / temperature), its entropy H, exp(H), and dH/d(temperature). Hinton, Vinyals and Dean 2015, eq. 1."""
    tempered = scale(e, 1 / temperature, name="tempered scores", symbol=r"\tilde e")
    weights = softmax(tempered, along="key", name="attention weights", symbol="a")
    count = exp(entropy(weights), name="effective number", symbol="N")
    mean = contract(weights, e, over="key", name="mean score", symbol=r"\mu")
    squared_distances = square(subtract(e, mean), name="squared distances", symbol="r")
    variance = contract(weights, squared_distances, over="key", name="variance of scores", symbol=r"\sigma^2")
    slope = scale(variance, temperature**-3, name="slope of entropy", symbol="H'")
    return count, slope, weights


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weights beside as many even shares as their effective number; and that number over the temperature."""
    labels = trace["e"].axis("key").labels
    n = trace["e"].size("key")
    count = float(trace["effective number"].value)
    now = trace.options["temperature"]
    rank = np.argsort(np.argsort(-trace["e"].value, kind="stable"))
    even = np.clip(count - rank, 0, 1) / count  # a whole share for the first keys, the rest for the next
    keys, shares = strongest_rows(labels, np.transpose([trace["attention weights"].value, even]), 24)
    bars = Bars("The weights, and as many even shares as they are worth.", keys, rows(SHARES, shares.T), "share")
    fine = tuple(map(float, np.geomspace(TEMPERATURES[0], TEMPERATURES[-1], 41)))
    counts = tuple(float(run(trace["e"], t)[0].value) for t in fine)
    lines = {"effective number": counts, "all keys": (n,) * len(fine), "one key": (1.0,) * len(fine)}
    return bars, Curves("How many are read.", fine, lines, "temperature", "keys read", {"yours": (now, count)}, True)


SHARES = ("weights", "as many even shares")
KEYS = {"key": ("Key 1", "Key 2", "Key 3", "Key 4")}
NOTE = "Made-up scores; 2, 4, 4 as in the worked example."

MECHANISM = Mechanism(
    key="temperature-entropy",
    title="Temperature and entropy",
    section="Scores and weights",
    family="From scores to weights",
    boxes=("normalise",),
    opens="attention weights",
    insight="One knob goes from the best key alone to all keys alike, and entropy counts how many are really read.",
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
            "With three keys or more, read exactly two keys’ worth: an effective number within 0.01 of 2.",
            lambda t: bool(abs(t["effective number"].value - 2) < 0.01 and t["e"].size("key") > 2),
            "Two that tie for the lead, and all the others too cold to matter.",
            {"e": [1, 2, 4, 4], "temperature": 0.1},
        ),
        Challenge(
            "Make temperature powerless: at 0.1 or colder, read at least two keys, all of them alike.",
            lambda t: (
                t.options["temperature"] <= 0.1 and bool(1.9 < t["effective number"].value > t["e"].size("key") - 0.01)
            ),
            "A temperature can only magnify differences that are there.",
            {"e": [3, 3, 3, 3], "temperature": 0.1},
        ),
    ),
    in_transformer=(
        "the scores are divided by √dₖ, a fixed temperature; a second temperature is used when the next word is drawn."
    ),
    run=run,
    picture=picture,
)
