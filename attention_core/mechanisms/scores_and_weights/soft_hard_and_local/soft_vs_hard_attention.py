"""Soft expectation and hard choice: the output of each, its loss, and gradients estimated from random choices."""

from __future__ import annotations

from attention_core.engine.language import say
from attention_core.engine.ops import contract, mean, softmax, subtract, sum_over, top
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .reinforce import drawn_keys, estimate_curves, gradient_estimates, output_hull, squared_loss, uniform_numbers


def run(X: Step, e: Step, target: Step, read: str, baseline: str, draws: int, seed: int) -> tuple[Step, ...]:
    """The average of X, its best row, or random rows, with half the squared error. Williams 1992; Xu et al. 2015."""
    weights = softmax(e, along="key", name="attention weights", symbol="A")
    losses = squared_loss(X, target, "losses", r"\ell")
    average = contract(weights, losses, over="key", name="average loss", symbol="L")
    exact = contract(weights, subtract(losses, average), name="exact gradient", symbol="g")
    if read != "sampled":
        shares = top(weights, along="key", name="hard choice", symbol="C") if read == "argmax" else weights
        output = contract(shares, X, over="key", name=f"{read} output", symbol="O")
        return exact, squared_loss(output, target, "loss", r"\ell_O")
    chosen = drawn_keys(weights, uniform_numbers(draws, seed))
    outputs = contract(chosen, X, over="key", name="sampled outputs", symbol="O")
    estimates = gradient_estimates(chosen, weights, losses, average if baseline == "average loss" else None)
    return exact, *estimates, mean(squared_loss(outputs, target), "draw", name="loss", symbol=r"\ell_O")


def said(trace: Trace) -> dict[str, Step | float]:
    """The loss of the average row, and the variance over all keys where draws are taken."""
    average = contract(trace["attention weights"], trace["X"], over="key")
    variance = sum_over(trace["variance"], over="key") if "variance" in trace else 0.0
    return {"loss of the average": squared_loss(average, trace["target"], "", ""), "total variance": variance}


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Estimates of the gradient from more and more draws; and where an average and a choice can lie."""
    walk = estimate_curves(MECHANISM.under(MECHANISM.again(trace, read="sampled", draws=1000), "baseline"))
    reads = {say(way): MECHANISM.again(trace, read=way)[f"{way} output"] for way in ("soft", "argmax")}
    return (walk, output_hull(trace["X"], reads)) if trace["X"].size("feature") == 2 else (walk,)


GOLDEN = {
    "X": [[1, 0], [0, 2], [3, 1]],
    "e": [0.2, 1, 0.4],
    "target": [0, 1],
}
KEYS = {"key": ("Key 1", "Key 2", "Key 3")}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="soft-vs-hard-attention",
    title="Hard attention and REINFORCE",
    section="Scores and weights",
    family="Soft, hard and local",
    boxes=("read",),
    insight="A soft average has a gradient, a hard choice has none; the expected loss of random choices has one again.",
    papers=("Williams 1992, Machine Learning 8", "Xu et al. 2015, arXiv:1502.03044"),
    inputs={
        "X": Input(("key", "feature"), "rows to read"),
        "e": Input(("key",), "scores"),
        "target": Input(("feature",), "what is wanted"),
    },
    options={
        "read": Option("Read", "soft", ("soft", "argmax", "sampled")),
        "baseline": Option("Baseline", "average loss", ("average loss", "none")),
        "draws": Option("Draws", 5, bounds=(1, 1000)),
        "seed": Option("Seed", 0, bounds=(0, 9999)),
    },
    presets={
        "soft": Preset("Soft", GOLDEN, KEYS, note=NOTE),
        "argmax": Preset("The best one", GOLDEN, KEYS, {"read": "argmax"}, NOTE),
        "sampled": Preset("Random draws", GOLDEN, KEYS, {"read": "sampled"}, NOTE),
    },
    challenges=(
        Challenge(
            "Read softly with a loss below 0.001 where every single key would have a loss above 0.4.",
            lambda t: bool("soft output" in t and t.output.value < 1e-3 < 0.4 < t["losses"].value.min()),
            "An average can lie between the rows: put the target into the middle of the triangle.",
            {"e": [0, 0, 0], "target": [4 / 3, 1]},
        ),
        Challenge(
            "Sampled, with the average loss as baseline: let every draw estimate the gradient without any error.",
            lambda trace: bool("variance" in trace and abs(trace["variance"].value).max() < 1e-9),
            "With equal losses the gradient is 0 for every draw. Which point is equally far from all three rows?",
            {"read": "sampled", "target": [1.5, 1.5]},
        ),
    ),
    in_transformer=(
        "attention is soft, so that gradients pass; a hard choice is made at the end, when the next word is picked."
    ),
    related=("database-lookup", "ra-cnn"),
    run=run,
    picture=picture,
    said=said,
)
