"""Recurrent attention: a network proposes a box, and looks again at its inside, enlarged."""

from __future__ import annotations

from attention_core.engine.language import say
from attention_core.engine.ops import add, index, log, relu, scale, shift, subtract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Handle, Images, Panel, Part, Picture

from . import zooming


def run(
    X: Step,
    t: Step,
    W_a: Step,
    b_a: Step,
    W_1: Step,
    b_1: Step,
    W_2: Step,
    b_2: Step,
    box: str,
    k: float,
    n: int,
    label: int,
    margin: float,
    both: bool,
) -> tuple[Step, ...]:
    """t = apn(X), a zoom of X M(t), and the ranking loss max(0, p1[y] - p2[y] + m). Fu, Zheng and Mei 2017."""
    z = zooming.quadrants(X, "features", "z")
    a = zooming.named_proposal(add(zooming.weighted_quadrants(W_a, z), b_a))
    placed_box = zooming.box_by_hand(t, X) if box == zooming.BY_HAND else zooming.proposed_box(a, X)
    zoom, slopes = zooming.soft_crop(X, placed_box, k, n, both)
    details = zooming.quadrants(zoom, "details", "z'", ("zoom row", "zoom column"))
    answers = (
        zooming.class_probabilities(W_1, z, b_1, "first"),
        zooming.class_probabilities(W_2, details, b_2, "second"),
    )
    p, q = (index(answer, "class", label - 1) for answer in answers)
    ranking = relu(shift(subtract(p, q), margin), name="ranking loss", symbol=r"L_{\mathrm{rank}}")
    naming = scale(add(log(p), log(q)), -1.0, name="naming loss", symbol=r"L_{\mathrm{cls}}")
    return a, slopes, add(naming, ranking, name="output", symbol="L")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The box and its descent on the ranking loss, the zoom, the derivative of the mask; and both probabilities."""
    caption, boxes = zooming.descent_boxes(
        trace, lambda last, t: MECHANISM.again(last, {"t": t}, **HAND), Handle("t", HAND)
    )
    X, M, zoom = (Part(trace[name]) for name in ("X", "mask", "zoom"))
    slopes = Part(trace["mask slopes"], (0,))
    panels = (
        Panel(say("Image"), X, M, boxes),
        Panel(say("The zoom"), zoom),
        Panel(say("Mask, as the box goes right"), slopes),
    )
    bars = Bars(say("The probabilities of both looks."), *zooming.probability_series(trace), say("probability"))
    return Images(caption, panels, 3), bars


DIM = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
EDGE = [0.1, 0.1, 0.1, 0.1, 0.4, 0.6, 0.4, 0.1]
BRIGHT = [0.1, 0.1, 0.1, 0.1, 0.6, 1, 0.6, 0.1]
DISTRACTOR = [0.1, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
GOLDEN = {
    "X": [DIM, EDGE, BRIGHT, EDGE, DIM, DIM, DISTRACTOR, DIM],
    "t": [5, 2, 1.5],
    "W_a": [[-2, 2, -2, -1], [-1, -2, 3, 2], [0, 0.5, 0, 0]],
    "b_a": [-0.2, 0.4, 0.6],
    "W_1": [[0.5, 1, 0, 0], [1, 0.5, 1, 1], [0, 0, 1, 0.5]],
    "b_1": [0.1, 0.2, 0],
    "W_2": [[1, 1.5, 1, 1], [0.5, 0.5, 0, 0.5], [0, 0.5, 0.5, 0]],
    "b_2": [-0.8, 0, 0.1],
}
STEP = {**GOLDEN, "t": [3.46192, 3.682682, 2.802526]}
ARRIVED = {**GOLDEN, "t": [4.62676, 2.278063, 1.578355]}
LABELS = {"class": ("warbler", "finch", "gull")}
HAND = {"box": zooming.BY_HAND}
NOTE = "Made-up numbers: a bright mark that tells the class, and a bright pixel that does not."

MECHANISM = Mechanism(
    key="ra-cnn",
    title="Recurrent attention",
    section="The zoo",
    family="RA-CNN: look closer",
    boxes=("who asks", "which keys", "read"),
    opens="masked",
    insight="A soft box has a gradient, by its edges and the places read in it, so no box needs a label.",
    papers=("Fu, Zheng and Mei 2017, CVPR, “Look Closer to See Better”",),
    inputs={
        "X": Input(("row", "column"), "image"),
        "t": Input(("number",), "box placed by hand"),
        "W_a": Input(("number", "quadrant"), "proposing weights"),
        "b_a": Input(("number",), "proposing bias"),
        "W_1": Input(("class", "quadrant"), "weights of the first look"),
        "b_1": Input(("class",), "bias of the first look"),
        "W_2": Input(("class", "quadrant"), "weights of the second look"),
        "b_2": Input(("class",), "bias of the second look"),
    },
    options={
        "box": Option("Box", "proposed", choices=("proposed", zooming.BY_HAND)),
        "k": Option("Steepness k", 3.0, bounds=(0.1, 100.0)),
        "n": Option("Zoom n", 8, bounds=(2, 12)),
        "label": Option("Right class", 1, bounds=(1, 512)),
        "margin": Option("Margin m", 0.05, bounds=(0.0, 1.0)),
        "both": Option("Gradient through the zoom too", True),
    },
    presets={
        "golden": Preset("The proposal", GOLDEN, LABELS, note=NOTE),
        "step": Preset(
            "One gradient step", STEP, LABELS, HAND, f"{NOTE} The proposed box, moved by minus 3 times the gradient."
        ),
        "arrived": Preset("After 23 steps", ARRIVED, LABELS, HAND, f"{NOTE} Where the mark is was not given."),
        "good": Preset("A good box", GOLDEN, LABELS, HAND, NOTE),
    },
    challenges=(
        Challenge(
            "Place the box so well that the ranking loss is 0, its margin left as it is.",
            lambda trace: trace.options["margin"] == 0.05 and bool(trace["ranking loss"].value == 0),
            "Switch to “placed by hand”. Across 5, down 2 is the middle of the bright mark.",
            HAND,
        ),
        Challenge(
            "Make the edges so steep that no pixel of the mask changes with the box: every slope below 0.01.",
            lambda trace: bool(abs(trace["mask slopes"].value).max() < 0.01),
            "The logistic function is flat, but for a few pixels around each edge; k says how few.",
            {**HAND, "k": 30},
        ),
    ),
    constraints=zooming.CONSTRAINTS,
    in_transformer="nowhere in the usual one; deformable attention also reads between pixels, at places it predicts.",
    related=("soft-vs-hard-attention",),
    run=run,
    picture=picture,
)
