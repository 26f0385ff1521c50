"""One decoder step with columns for vectors: scores, context, attentional state and the next word."""

from __future__ import annotations

from attention_core.blocks.recurrent import side_by_side
from attention_core.engine.language import say
from attention_core.engine.ops import contract, rename, softmax, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import Sum
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import ShapeChain, shape_chains


def run(H: Step, s: Step, W_a: Step, W_c: Step, W_s: Step, score: str) -> tuple[Step, Step]:
    """softmax(W_s tanh(W_c [c; s])), c = H softmax(H^T W_a s), all columns. Luong, Pham and Manning 2015, 3 and 3.1."""
    keys_through_W = contract(H, W_a, over="encoder", name="keys via W", symbol=r"H^\top W_a")
    keys = keys_through_W if score == "general" else rename(H, "encoder", "decoder")
    scores = contract(keys, s, over="decoder", name="scores", symbol="e")
    weights = softmax(scores, along="key", name="attention weights", symbol=r"\alpha")
    wrong_axis = softmax(scores, along="query", name="wrong axis", symbol=r"\alpha'")
    context = contract(H, weights, over="key", name="context", symbol="c")
    joined = side_by_side(context, s, "joined", "joined", "[c; s]", of=("encoder", "decoder"))
    attentional = tanh(contract(W_c, joined, over="joined"), name="attentional state", symbol=r"\tilde s")
    logits = contract(W_s, attentional, over="decoder", name="logits", symbol="o")
    return wrong_axis, softmax(logits, along="word", name="output", symbol="p")


def picture(trace: Trace) -> tuple[ShapeChain]:
    """The sizes of every product of the step."""
    score_weights = "W_a encoder decoder, " if "keys via W" in trace else ""
    chains = {
        "scores": f"Hᵀ key encoder, {score_weights}s decoder query, e key query",
        "context": "H encoder key, α key query, c encoder query",
        "attentional state": "W_c decoder joined, [c;s] joined query, s̃ decoder query",
        "logits": "W_s word decoder, s̃ decoder query, o word query",
    }
    caption = say("Sizes that meet must be equal, and cancel; the outer two are left.")
    return (ShapeChain(caption, shape_chains(trace, chains)),)


H = [[1, 0, 0.5, -1], [0.5, 1, 2, 0], [0, -1, 1, 0.5]]
W_C = [[0.5, 0, 0.2, 1, 0], [0, 0.5, -0.2, 0, 1]]
ONE = {
    "H": H,
    "s": [[0.5], [1]],
    "W_a": [[1, 0], [0, 1], [0.5, -0.5]],
    "W_c": W_C,
    "W_s": [[1, 0], [0, 1], [-1, -1]],
}
EQUAL = {
    **ONE,
    "H": H[:2],
    "W_a": [[1, 0], [0, 1]],
    "W_c": [[0.5, 0, 1, 0], [0, 0.5, 0, 1]],
}
LABELS = {"key": ("Source 1", "Source 2", "Source 3", "Source 4"), "query": ("State 1",)}
NOTE = "Made-up numbers, small enough to check by hand."
MECHANISM = Mechanism(
    key="attention-decoder-step",
    title="One decoder step in columns",
    section="Sequence to sequence",
    boxes=("score", "read"),
    insight="Inner sizes cancel in a product: one score for each position, and a context of the encoder’s width.",
    papers=("Luong, Pham and Manning 2015, arXiv:1508.04025",),
    inputs={
        "H": Input(("encoder", "key"), "encoder states"),
        "s": Input(("decoder", "query"), "decoder state"),
        "W_a": Input(("encoder", "decoder"), "score weights"),
        "W_c": Input(("decoder", "joined"), "weights of [c; s]"),
        "W_s": Input(("word", "decoder"), "word weights"),
    },
    options={"score": Option("Score", "general", ("general", "dot"))},
    presets={
        "general": Preset("Unequal widths", ONE, LABELS, note=NOTE),
        "dot": Preset("Dot product", EQUAL, LABELS, {"score": "dot"}, NOTE),
        "two": Preset("Two states", {**ONE, "s": [[0.5, -1], [1, 0.5]]}, {"query": ("State 1", "State 2")}, note=NOTE),
    },
    challenges=(
        Challenge(
            "Let State 1 read Source 4 almost alone: a weight above 0.9.",
            lambda trace: bool((trace["attention weights"].value[3:4, 0] > 0.9).any()),
            "Row 4 of “keys via W” is negative in both columns. Two negative numbers make a positive product.",
            {"s": [[-10], [0]]},
        ),
        Challenge(
            "Make the wrong axis visible: a number below 0.1, where a single state gives nothing but ones.",
            lambda trace: bool((trace["wrong axis"].value < 0.1).any()),
            "With one column all numbers are 1. Under Inputs, give s a second column.",
            {"s": [[0.5, -3], [1, 2]]},
        ),
    ),
    constraints=(
        Sum("joined", ("encoder", "decoder"), follows=True),
        Sum("decoder", ("encoder",), when=lambda known: known["score"] == "dot"),
    ),
    in_transformer="cross-attention of one decoder token, with rows in place of columns.",
    related=("seq2seq-attention", "cross-attention"),
    run=run,
    picture=picture,
)
