"""Similarity functions: products, directions and distances."""

from __future__ import annotations

from attention_core.blocks.scores import cosine, dot, gaussian, scaled_dot
from attention_core.engine.language import say
from attention_core.engine.ops import contract, divide, exp, softmax, sum_over
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture, first_query_bars
from attention_core.mechanisms.query_plane import landscape

DOT = "dot"
COSINE = "cosine"
GAUSSIAN = "Gaussian kernel"
EXPONENTIAL = "exponential kernel"
KINDS = (DOT, "scaled dot", COSINE, GAUSSIAN, EXPONENTIAL)


def run(Q: Step, K: Step, V: Step, similarity: str, sigma: float) -> Step:
    """Softmax of a score, or a kernel over the sum of all kernels. Nadaraya 1964; Watson 1964; Tsai et al. 2019."""
    scores = {DOT: dot, COSINE: cosine, GAUSSIAN: gaussian(sigma)}
    score = scores.get(similarity, scaled_dot)
    if similarity in (GAUSSIAN, EXPONENTIAL):
        kernel = exp(score(Q, K), name="kernel", symbol=r"\kappa")
        weights = divide(kernel, sum_over(kernel, over="key"), name="attention weights", symbol="A")
    else:
        weights = softmax(score(Q, K), along="key", name="attention weights", symbol="A")
    return contract(weights, V, over="key", name="output", symbol="O")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Contour lines of three scores around the first query; and its weights under each similarity."""
    scores = {
        say("dot: lines"): dot,
        say("cosine: rays"): cosine,
        say("Gaussian: circles"): gaussian(trace.options["sigma"]),
    }
    caption = say("The first query points to the right. A key that moves along a line keeps its similarity.")
    field = landscape(caption, scores, trace["Q"].value[0], trace["K"].value, trace["K"].axis("key").labels)
    return field, first_query_bars(
        say("The first query’s weights under each similarity."), MECHANISM.under(trace, "similarity")
    )


VALUES = [[1, 0], [0, 1], [1, 1], [2, -1]]
FOUR = {
    "Q": [[1, 2, -1]],
    "K": [[1, 0, 1], [0, 1, -1], [2, 1, 0], [-1, 0.5, 0.5]],
    "V": VALUES,
}
LINE = {
    "Q": [[1.5], [0.2]],
    "K": [[0], [1], [2], [3]],
    "V": [[0], [1], [4], [9]],
}
LONG = {
    "Q": [[2, 1]],
    "K": [[0.5, 0.25], [2, 0.5], [6, -1], [-1, 2]],
    "V": [[1], [2], [3], [4]],
}
KEYS = {"key": ("Key 1", "Key 2", "Key 3", "Key 4")}
NOTE = "Made-up numbers, small enough to check by hand."

MECHANISM = Mechanism(
    key="similarity-functions",
    title="Dot product, cosine, distance",
    section="Scores and weights",
    family="Scoring functions",
    boxes=("score", "normalise"),
    insight="A dot product rewards long keys, a cosine depends on directions alone, a Gaussian kernel on distances.",
    papers=("Nadaraya 1964; Watson 1964", "Tsai et al. 2019, arXiv:1908.11775"),
    inputs={
        "Q": Input(("query", "feature"), "queries"),
        "K": Input(("key", "feature"), "keys"),
        "V": Input(("key", "value"), "values"),
    },
    options={
        "similarity": Option("Similarity", DOT, KINDS),
        "sigma": Option("Width σ", 1.0, (0.25, 0.5, 1.0, 2.0, 4.0)),
    },
    presets={
        "four": Preset("Four keys", FOUR, KEYS, note=NOTE),
        "long": Preset("One long key", LONG, KEYS, note=NOTE),
        "line": Preset("Smoothing squares", LINE, KEYS, {"similarity": GAUSSIAN, "sigma": 0.5}, NOTE),
    },
    challenges=(
        Challenge(
            "With the dot product, give Key 2 the largest weight of the first query.",
            lambda trace: trace.options["similarity"] == DOT and int(trace["attention weights"].value[0].argmax()) == 1,
            "Key 3 leads by its length. Keep its direction and halve it.",
            {"K": [[1, 0, 1], [0, 1, -1], [1, 0.5, 0], [-1, 0.5, 0.5]]},
        ),
        Challenge(
            "With the Gaussian kernel, give every key a weight above 0.2 without changing a number.",
            lambda trace: trace.options["similarity"] == GAUSSIAN and bool(trace.output.operands[0].value.min() > 0.2),
            "The wider the kernel, the less a distance matters.",
            {"similarity": GAUSSIAN, "sigma": 4.0},
        ),
    ),
    in_transformer=(
        "the dot product; with queries and keys brought to one length (QK-norm), it is a multiple of the cosine."
    ),
    related=("scaled-dot-product-attention", "linear-attention"),
    run=run,
    picture=picture,
    said=lambda trace: {"gaussian": trace.options["similarity"] == GAUSSIAN},
)
