"""Rank collapse: with attention on top of attention all tokens become alike."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.normalisers import unit
from attention_core.blocks.scores import over_root
from attention_core.engine import expression as ex
from attention_core.engine.axes import Axis
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, index, mean, rename, scale, shift, softmax, square, stack, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.bark_sentence import AXES, EMBEDDING, TOKENS
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arrows, Curves, Picture, rows
from attention_core.lesson.said import below


def run(X: Step, layers: int, residual: float) -> Step:
    """Y <- unit(r Y + softmax(Y Y^T / sqrt(d)) Y), layer after layer. Dong, Cordonnier and Loukas 2021."""
    Y = [unit(X, "feature", name="layer 0/tokens", symbol="Y^{(0)}")]
    d = X.size("feature")
    for n in range(1, layers + 1):
        queries = rename(Y[-1], "token", "query")
        keys = rename(Y[-1], "token", "key")
        S = over_root(contract(queries, keys, over="feature"), d, "d", name=f"layer {n}/scores", symbol="S")
        A = softmax(S, along="key", name=f"layer {n}/attention weights", symbol="A")
        kept = (scale(queries, residual),) if residual else ()
        Z = rename(add(*kept, contract(A, keys, over="key")), "query", "token", name=f"layer {n}/mixtures", symbol="Z")
        Y.append(unit(Z, "feature", name=f"layer {n}/tokens", symbol=f"Y^{{({n})}}"))
    depth = Axis("layer", tuple(f"layer {n}" for n in range(layers + 1)))
    n = X.size("token")
    means = stack(*(mean(y, "token") for y in Y), along=depth, to=("layer", "feature"), name="mean rows", symbol="M")
    spread = shift(scale(sum_over(square(means), "feature"), -1.0), 1.0)
    return scale(spread, ex.quotient(ex.constant(n), ex.constant(max(n - 1, 1))), name="spread", symbol="s")


def said(trace: Trace) -> dict[str, Step | float]:
    """The spread before the first and after the last layer, and sizes and options that the words compare it with."""
    layers, residual = trace.options["layers"], trace.options["residual"]
    first, last = (index(trace["spread"], "layer", n) for n in (0, layers))
    return {
        "largest score": trace["X"].size("feature") ** -0.5,
        "words": trace["X"].size("token"),
        "even share": 1 / trace["X"].size("token"),
        "residual": residual,
        "layers": layers,
        "first spread": first,
        "last spread": last,
        "collapsed": below(last, 0.05),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The tokens at their angles to the mean, layer by layer; and their spread, with and without the residual path."""
    layers = trace.options["layers"]
    r = trace.options["residual"] or 1.0
    panels = {f"layer {n}": _angles_to_mean(trace, n) for n in sorted({0, 1, min(2, layers), layers})}
    x = tuple(map(float, range(layers + 1)))
    y = [MECHANISM.again(trace, residual=w)["spread"].value for w in (0.0, r)]
    curves = Curves(
        say("One minus the mean cosine."),
        x,
        rows((say("residual 0"), say("residual {r:g}", r=r)), y),
        "layer",
        "spread",
    )
    return Arrows(say("Each token at its angle to the mean of all."), panels), curves


def _angles_to_mean(trace: Trace, layer: int) -> dict[str, tuple[float, ...]]:
    """The first tokens as arrows at their true angle to the mean, side by side in reading order."""
    Y = trace[f"layer {layer}/tokens"].value
    labels = trace["X"].axis("token").labels[:12]
    height = np.clip(Y @ Y.mean(axis=0) / max(np.linalg.norm(Y.mean(axis=0)), 1e-300), -1, 1)[:12]
    side = -np.cos(np.pi * (np.arange(len(labels)) + 0.5) / len(labels))
    return rows(labels, np.transpose([side * np.sqrt(1 - height**2), height]))


LABELS = {"token": TOKENS, "feature": AXES}
NOTE = "Made-up embedding, and nothing learnt."

MECHANISM = Mechanism(
    key="attention-rank-collapse",
    title="Rank collapse",
    section="Self-attention",
    boxes=("read",),
    opens="spread",
    insight="Stacked attention without residual paths and feed-forward layers makes tokens more and more alike.",
    papers=("Dong, Cordonnier and Loukas 2021, arXiv:2103.03404",),
    inputs={"X": Input(("token", "feature"), "embeddings")},
    options={"layers": Option("Layers", 6, bounds=(1, 6)), "residual": Option("Residual", 0.0, (0.0, 0.5, 1.0, 4.0))},
    presets={
        "bare": Preset("No residual path", {"X": EMBEDDING}, LABELS, note=NOTE),
        "residual": Preset("With the residual path", {"X": EMBEDDING}, LABELS, {"residual": 1.0}, NOTE),
    },
    challenges=(
        Challenge(
            "Let the residual path keep a spread of more than 0.1 through six layers.",
            lambda trace: bool(trace.options["residual"] and trace["spread"].value[6:].max(initial=0.0) > 0.1),
            "How large must the residual factor be?",
            {"residual": 4.0},
        ),
        Challenge(
            "Without the residual path, find tokens that keep a spread above 0.5 through six layers.",
            lambda trace: bool(not trace.options["residual"] and trace["spread"].value[6:].max(initial=0.0) > 0.5),
            "A weighted average lies between its rows. What if some rows point exactly the opposite way?",
            {"X": [[(-1) ** n, 0, 0, 0, 0, 0] for n in range(9)]},
        ),
    ),
    in_transformer=(
        "residual connections and feed-forward layers stand around every attention layer, and keep the rows apart."
    ),
    related=("transformer-block", "transparent-attention", "stacked-latent-attention"),
    run=run,
    picture=picture,
    said=said,
)
