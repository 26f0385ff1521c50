"""Stacked latent attention: the latent state of every position goes on to the next layer, beside the content."""

from __future__ import annotations

from attention_core.blocks.naming import step_namer
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import concat, contract, index, rename
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import AtLeast, Refusal, Sum
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Picture

from .latent_layers import gradient_curves, latent_layer, passed_on, rank_bars


def run(V: Step, h: Step, W_1: Step, W_v: Step, W_h: Step, w_u: Step, layers: int) -> Step:
    """s = relu(W_v z + W_h h), a = softmax(w_u . s), c = sum a s, and [s; c] goes on. Fan and Zhou 2018, section 3."""
    z = V
    joined = W_v.axis("joined")
    for n in range(layers):
        namer = step_namer("layer", n + 1)
        W = index(W_v, "upper", n - 1) if n else W_1
        s, _, weights, c = latent_layer(z, h, W, index(W_h, "layer", n), index(w_u, "layer", n), namer)
        if n + 1 < layers:
            z = passed_on(s, c, joined, namer)
    mean_value = contract(weights, V, over="position", name="looked at", symbol="r")
    parts = rename(c, "latent", "answer"), rename(mean_value, "feature", "answer")
    labels = tuple(f"{part} {n}" for part, step in zip("cr", parts, strict=True) for n in range(1, step.value.size + 1))
    return concat(*parts, along="answer", labels=labels, name="output", symbol="o")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weights of each layer; the rank that is left in layer 2; and the gradient that reaches layer 1."""
    found = trace.series["layer"]["weights"].items()
    series = {f"layer {n}": tuple(map(float, step.value)) for n, step in found}
    bars = Bars(say("The weights of each layer."), trace["V"].axis("position").labels, series, say("weight"))
    return bars, rank_bars(), gradient_curves()


V = [
    [-0.1, -0.2, 0.5],
    [0.5, -0.1, 0.3],
    [0.5, 0.4, -0.6],
    [-0.1, 0.6, 0.9],
]
W_2 = [
    [-0.4, 0, -0.9, -0.5, -0.7, 0.3],
    [-0.3, 0.9, -0.2, 0.1, -0.6, -0.2],
    [-0.5, 0.9, -0.1, 0.2, 0.1, 0.2],
]
W_3 = [
    [-0.3, -0.7, -0.6, 0.8, 0.1, 0.4],
    [0.2, -0.8, -0.1, -0.4, 0.7, -0.2],
    [0.9, -0.6, 0.8, -0.3, -0.1, -0.4],
]
LATER = [[[0.7, 0.3], [0.6, 0.4], [0.2, 0.2]], [[0.5, 0], [0.6, 0.5], [0.7, 0.6]]]
U = [[-0.6, -2.1, 2.4], [2.1, 2.4, -0.3], [1.2, 2.4, -2.7]]
THREE = {
    "V": V,
    "h": [0.7, -0.4],
    "W_1": [[0.3, -0.7, -0.8], [0.2, -0.4, 0.8], [0.5, 0.9, 0.6]],
    "W_v": [W_2, W_3],
    "W_h": [[[0.5, 0.7], [0.1, 0.2], [0.4, 0.7]], *LATER],
    "w_u": U,
}
LABELS = {"position": ("sky", "sun", "sea", "sand")}
NOTE = "Made-up numbers."

THERE = Refusal("layers", "", to_say("is {layers}, but there are matrices for {found}"))

MECHANISM = Mechanism(
    key="stacked-latent-attention",
    title="Stacked latent attention",
    section="The zoo",
    boxes=("score", "read"),
    opens="layer 1/passed on",
    insight="Attention mixes all positions into one row; a side path also passes on the state of each position.",
    papers=("Fan and Zhou 2018, CVPR", "Yang et al. 2016, arXiv:1511.02274"),
    inputs={
        "V": Input(("position", "feature"), "the positions"),
        "h": Input(("query",), "the question"),
        "W_1": Input(("latent", "feature"), "weights of layer 1"),
        "W_v": Input(("upper", "latent", "joined"), "weights of the layers above"),
        "W_h": Input(("layer", "latent", "query"), "question weights"),
        "w_u": Input(("layer", "latent"), "score vectors"),
    },
    options={"layers": Option("Layers", 3, bounds=(1, 8))},
    presets={
        "three": Preset("Three layers", THREE, LABELS, note=NOTE),
        "two": Preset("Two layers", THREE, LABELS, {"layers": 2}, NOTE),
    },
    challenges=(
        Challenge(
            "With three layers, give the sky a weight above one half in the last one.",
            lambda t: bool("layer 3/weights" in t and (t["layer 3/weights"].value[:1] > 0.5).any()),
            "The sky has the smallest weight there. What if the score vector pointed the other way?",
            {"w_u": [*U[:2], [-1.2, -2.4, 2.7]]},
        ),
        Challenge(
            "Make the latent state of some position in layer 1 all zeros, and see what weight it still gets.",
            lambda t: not bool(t["layer 1/latent"].value.any(axis=1).all()),
            "Everything below 0 is cut off. Make one row of V strongly negative in its first number.",
            {"V": [[-2, 0, 0], *V[1:]]},
        ),
    ),
    constraints=(
        Sum(
            "joined",
            ("latent", "latent"),
            when=lambda known: known["layers"] > 1,
            refusal=Refusal("W_v", "joined", to_say("must be {wanted} wide, twice the latent states, not {found}")),
        ),
        AtLeast(("layer",), ("layers",), refusal=THERE),
        AtLeast((1, "upper"), ("layers",), refusal=THERE),
    ),
    in_transformer="residual connections do this work: every position keeps its own row from layer to layer.",
    related=("attention-rank-collapse", "transparent-attention"),
    run=run,
    picture=picture,
)
