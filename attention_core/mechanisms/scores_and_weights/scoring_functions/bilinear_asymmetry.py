"""The bilinear score in two parts: the symmetric one is the same in both directions, the antisymmetric one flips."""

from __future__ import annotations

from attention_core.engine.language import say, term
from attention_core.engine.ops import absolute, add, contract, rename, scale, subtract, swap_axes
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Matrices, Picture, rows
from attention_core.lesson.said import above

BOTH = ("x feature", "q feature")


def run(U: Step, V: Step, x: Step, q: Step, tied: bool) -> tuple[Step, ...]:
    """x^T W q = (U x)^T (V q) with W = U^T V. Luong, Pham and Manning 2015: general; Vaswani et al. 2017: one head."""
    V = rename(U, "x feature", "q feature") if tied else V
    W = contract(U, V, over="rank", name="joint matrix", symbol="W")
    projected_x = contract(U, x, over="x feature", name="projected x", symbol="x'")
    projected_q = contract(V, q, over="q feature", name="projected q", symbol="q'")
    score_of_q = contract(projected_x, projected_q, over="rank", name="q asks x", symbol="s_{xq}")
    score_of_x = contract(swap_axes(q, *BOTH), W, swap_axes(x, *BOTH), over=BOTH, name="x asks q", symbol="s_{qx}")
    half = scale(W, 0.5)
    half_transposed = scale(contract(swap_axes(W, *BOTH), to=BOTH), 0.5)
    symmetric = add(half, half_transposed, name="symmetric part", symbol="W_+")
    antisymmetric = subtract(half, half_transposed, name="antisymmetric part", symbol="W_-")
    shared = contract(x, symmetric, q, over=BOTH, name="shared by both", symbol="s_+")
    turning = contract(x, antisymmetric, q, over=BOTH, name="turned around", symbol="s_-")
    return shared, turning, subtract(score_of_q, score_of_x, name="difference", symbol=r"\Delta")


def said(trace: Trace) -> dict[str, Step | float]:
    """Whether the projections are tied, and whether the two scores differ."""
    return {"tied": trace.options["tied"], "differ": above(absolute(trace["difference"]), 1e-9)}


def picture(trace: Trace) -> tuple[Picture, ...]:
    """What each part adds to the score, in both directions; and the matrix as the sum of its two parts."""
    shared = float(trace["shared by both"].value)
    turned = float(trace["turned around"].value)
    parts = ("symmetric part", "antisymmetric part", "score")
    series = rows(("q asks x", "x asks q"), [(shared, turned, shared + turned), (shared, -turned, shared - turned)])
    matrices = Matrices(
        say("W is its two parts added up."), tuple(trace[step] for step in ("joint matrix", *parts[:2]))
    )
    return Bars(
        say("What each part adds to the score, in both directions."), tuple(map(term, parts)), series, "score"
    ), matrices


GOLDEN = {
    "U": [[1, 0, 2], [0, 1, -1]],
    "V": [[0, 1, 1], [2, 0, 0]],
    "x": [1, 2, 0],
    "q": [0, 1, 1],
}
LABELS = {"x feature": ("Feature 1", "Feature 2", "Feature 3")}
ONE_WAY = {**GOLDEN, "U": [[1, 0, 0]], "V": [[0, 0, 1]]}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="bilinear-asymmetry",
    title="Bilinear scores are not symmetric",
    section="Scores and weights",
    family="Scoring functions",
    boxes=("score",),
    insight="With two different projections, a score depends on which token is the query.",
    papers=("Luong, Pham and Manning 2015, arXiv:1508.04025", "Vaswani et al. 2017, arXiv:1706.03762"),
    inputs={
        "U": Input(("rank", "x feature"), "projection of the key"),
        "V": Input(("rank", "q feature"), "projection of the query"),
        "x": Input(("x feature",), "token of the key"),
        "q": Input(("q feature",), "token of the query"),
    },
    same={"q feature": "x feature"},
    options={"tied": Option("Tie V to U", False)},
    presets={
        "two": Preset("Two projections", GOLDEN, LABELS, note=NOTE),
        "tied": Preset("Tied", GOLDEN, LABELS, {"tied": True}, NOTE),
        "one-way": Preset("One way only", ONE_WAY, LABELS, note=NOTE),
    },
    challenges=(
        Challenge(
            "Without tying them, choose V so that every pair of tokens scores the same when swapped.",
            lambda trace: not (trace.options["tied"] or trace["antisymmetric part"].value.any()),
            "W must be its own mirror image: the antisymmetric part is zero. Try a multiple of U.",
            {"V": [[2, 0, 4], [0, 2, -2]]},
        ),
        Challenge(
            "Let q asking x score 0, and x asking q at least 5.",
            lambda trace: bool(abs(trace["q asks x"].value) < 1e-9 and trace["x asks q"].value >= 5),
            "The projection of x is (1, 2). Which projection of q is at right angles to it?",
            {"V": [[3, 1, 1], [0, -1, 0]]},
        ),
    ),
    in_transformer=(
        "the query and the key matrix multiplied together are such a table, one for each head, and it is not symmetric."
    ),
    related=("qkv-self-attention", "luong-global-attention"),
    run=run,
    picture=picture,
    said=said,
)
