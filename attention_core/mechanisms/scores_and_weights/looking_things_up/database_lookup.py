"""Lookup by similarity: the value of the best key alone, or a mixture of all values."""

from __future__ import annotations

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine.language import say
from attention_core.engine.ops import contract, divide_by, largest, softmax, sum_over, top
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Curves, Picture, rows, strongest_rows
from attention_core.lesson.said import above, leading

TEMPERATURES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def run(q: Step, K: Step, V: Step, temperature: float) -> tuple[Step, ...]:
    """The value of the best key, and softmax(K q / temperature) V. Graves, Wayne and Danihelka 2014, section 3.3.1."""
    scores = contract(q, K, over="feature", name="scores", symbol="s")
    choice = top(scores, "key", name="hard choice", symbol="c")
    hard = contract(choice, V, over="key", name="hard answer", symbol=r"o_{\mathrm{hard}}")
    tempered = divide_by(scores, ex.constant(temperature, r"\tau"), name="tempered scores", symbol=r"\tilde s")
    weights = softmax(tempered, along="key", name="attention weights", symbol="a")
    return hard, contract(weights, V, over="key", name="output", symbol="o")


def said(trace: Trace) -> dict[str, Step | float]:
    """The keys with the largest score, that score, and whether there are several."""
    best = leading(trace["scores"], "key")
    return {
        "best": best,
        "best score": largest(trace["scores"], "key"),
        "tie": above(sum_over(best, over="key"), 1.5),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weights of the answer over the temperature, the hard choice first; and the answer itself."""
    now = trace.options["temperature"]
    weights = "attention weights"
    shares = [trace["hard choice"].value, *(MECHANISM.again(trace, temperature=t)[weights].value for t in TEMPERATURES)]
    names, layers = strongest_rows(trace[weights].axis("key").labels, np.transpose(shares))
    ticks = (say("hard"), *(say("{number:g} (yours)", number=t) if t == now else f"{t:g}" for t in TEMPERATURES))
    bars = Bars(
        say("Whose value the answer is made of, from cold to hot."), ticks, rows(names, layers), say("share"), True
    )
    fine = tuple(map(float, np.geomspace(0.01, 10, 31)))
    soft = (run(trace["q"], trace["K"], trace["V"], t)[-1].value[0] for t in fine)
    lines = {
        say("soft answer"): tuple(map(float, soft)),
        "hard answer": (float(trace["hard answer"].value[0]),) * len(fine),
    }
    dot = {say("yours"): (now, float(trace.output.value[0]))}
    return bars, Curves(
        say("The answer over the temperature."), fine, lines, say("temperature"), "answer", dot, log_x=True
    )


FIVE = {
    "K": [[1, 0], [0, 1], [-1, 0], [0.5, 0.75], [0, -1]],
    "V": [[10], [20], [30], [40], [50]],
}
ADA = {"q": [1, 2], "K": [[1, 1], [0, 0], [1, -1], [0, 0], [-0.5, 0]], "V": [[50], [0], [20], [0], [0]]}
WORDS = {"key": ("Ada", "taught", "Ben", "because", "knew"), "feature": ("a person", "she, not he"), "value": ("age",)}
ADA_NOTE = (
    "Made-up numbers; nothing was trained. “Ada taught Ben because she knew more”: the query is “she”, the values are "
    "ages. Make the query 1, -2, which is “he”, and the answer comes from Ben."
)
KEYS = {"key": tuple(f"Key {n}" for n in range(1, 6))}
NOTE = "Made up so that the right answer is plain to see."

MECHANISM = Mechanism(
    key="database-lookup",
    title="Hard and soft lookup",
    section="Scores and weights",
    family="Looking things up",
    boxes=("read",),
    insight="Attention is a lookup that mixes all values by how well their keys fit.",
    papers=("Graves, Wayne and Danihelka 2014, arXiv:1410.5401", "Vaswani et al. 2017, arXiv:1706.03762"),
    inputs={
        "q": Input(("feature",), "what is asked"),
        "K": Input(("key", "feature"), "keys to match"),
        "V": Input(("key", "value"), "what they hold"),
    },
    options={"temperature": Option("Temperature", 1.0, TEMPERATURES)},
    presets={
        "words": Preset("Who is “she”?", ADA, WORDS, note=ADA_NOTE),
        "near": Preset("Near Key 5", {**FIVE, "q": [0.125, -0.875]}, KEYS, note=NOTE),
        "between": Preset("Between 1 and 4", {**FIVE, "q": [0.75, 0.5]}, KEYS, note=NOTE),
        "nothing": Preset("Fits nothing", {**FIVE, "q": [0, 0]}, KEYS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Without cooling (temperature 1), bring the soft answer within 0.01 of the hard one.",
            lambda t: t.options["temperature"] == 1 and np.allclose(t.output.value, t["hard answer"].value, 0, 0.01),
            "A longer query in the same direction makes all differences between scores larger.",
            {"q": [20, 40]},
        ),
        Challenge(
            "Find a query for which, at temperature 0.01, soft and hard answer still differ by more than 5.",
            lambda t: (
                t.options["temperature"] == 0.01 and not np.allclose(t.output.value, t["hard answer"].value, 0, 5)
            ),
            "A hard lookup takes one key. For which queries do two keys tie for the largest score?",
            {"q": [1, 0], "temperature": 0.01},
        ),
    ),
    in_transformer=(
        "every attention layer is such a soft lookup, made for all tokens at once with queries, "
        "keys and values from learned matrices."
    ),
    related=("soft-vs-hard-attention", "temperature-entropy"),
    run=run,
    picture=picture,
    said=said,
)
