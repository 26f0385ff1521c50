"""Keys drawn at random from their weights, with visible random numbers, and gradients estimated from such draws."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from attention_core.blocks.measures import identity
from attention_core.engine.axes import numbered
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import contract, mean, positive, rename, scale, square, subtract, sum_over, top
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import ConvexHull, Curves, rows


def uniform_numbers(draws: int, seed: int) -> Step:
    """Numbers from 0 up to 1, (draw), the same ones for the same seed."""
    # Never quite 1, so that rounding in a running sum of weights leaves no draw without a key.
    numbers = np.minimum(np.random.default_rng(seed).random(draws), 1 - 1e-9)
    return source("uniform numbers", numbers, (numbered("draw", draws),), symbol="u")


def drawn_keys(weights: Step, numbers: Step) -> Step:
    """1 at the first key whose running sum of weights passes the number, for each draw: (draw, key)."""
    key = weights.axis("key")
    earlier = source("keys so far", np.tri(key.size), (key, key.renamed("earlier")), symbol="T")
    running = contract(rename(weights, "key", "earlier"), earlier, over="earlier", name="running sum", symbol="F")
    passed = positive(subtract(running, numbers), name="passed", symbol="P")
    return top(contract(passed, to=("draw", "key")), along="key", name="draws", symbol="Z")


def gradient_estimates(draws: Step, weights: Step, losses: Step, baseline: Step | None) -> tuple[Step, Step, Step]:
    """REINFORCE: (loss - baseline) (1 at the key drawn - weights), for every key that may be drawn. Williams 1992.

    Results: the mean and the variance of this estimate over all possible draws, and its mean over the draws made.
    """
    advantage = rename(losses, "key", "choice")
    advantage = advantage if baseline is None else subtract(advantage, baseline)
    score_function = subtract(identity(weights.axis("key"), "choice"), weights)
    estimates = contract(advantage, score_function, to=("choice", "key"), name="estimates", symbol=r"\hat g")
    choice_weights = rename(weights, "key", "choice")
    mean_estimate = contract(choice_weights, estimates, over="choice", name="mean estimate", symbol=r"\bar g")
    squares = contract(choice_weights, square(estimates), over="choice")
    variance = subtract(squares, square(mean_estimate), name="variance", symbol=r"\sigma^2")
    sampled = contract(rename(draws, "key", "choice"), estimates, over="choice")
    return mean_estimate, variance, mean(sampled, "draw", name="sampled gradient", symbol=r"\tilde g")


def squared_loss(x: Step, target: Step, name: str = "", symbol: str = "") -> Step:
    """Half the squared distance from the target, over the features."""
    return scale(sum_over(square(subtract(x, target)), over="feature"), 0.5, name=name, symbol=symbol)


def estimate_curves(baselines: Mapping[str, Trace]) -> Curves:
    """The steepest component of the gradient, estimated from more and more draws, under each baseline."""
    exact = next(iter(baselines.values()))["exact gradient"]
    key = int(np.abs(exact.value).argmax())
    lines = {}
    for name, trace in baselines.items():
        drawn = trace["draws"].value @ trace["estimates"].value[:, key]
        counts = np.unique(np.geomspace(1, len(drawn), 60).astype(int))
        lines[say("baseline: {name}", name=say(name))] = tuple((drawn.cumsum()[counts - 1] / counts).tolist())
    lines[say("exact")] = (float(exact.value[key]),) * len(counts)
    caption = say(
        "The gradient for {labels}, estimated from ever more draws.", labels=label_said(exact.axis("key").labels[key])
    )
    return Curves(caption, tuple(map(float, counts)), lines, "draws", say("mean of the estimates"), log_x=True)


def output_hull(X: Step, reads: Mapping[str, Step]) -> ConvexHull:
    """The outputs of several ways to read two features; each step is a contraction of weights with X."""
    places = rows(reads, [step.value for step in reads.values()])
    shares = rows(reads, [step.operands[0].value for step in reads.values()])
    return ConvexHull(
        say("A choice stands on a corner, an average inside."), rows(X.axis("key").labels, X.value), places, shares
    )
