"""Squeeze-and-Excitation: the mean of every channel decides by how much each is scaled."""

from __future__ import annotations

import numpy as np

from attention_core.engine.language import label_said, say
from attention_core.engine.ops import contract, mean, relu, sigmoid
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset
from attention_core.lesson.pictures import Images, Panel, Part


def run(U: Step, W_1: Step, W_2: Step) -> Step:
    """X_c = s_c U_c with s = sigmoid(W_2 relu(W_1 z)), z_c the mean of U_c. Hu, Shen and Sun 2018, equations 2 to 4."""
    z = mean(U, ("row", "column"), name="squeeze", symbol="z")
    hidden = relu(contract(W_1, z, over="channel"), name="hidden", symbol="h")
    gates = sigmoid(contract(W_2, hidden, over="hidden"), name="gates", symbol="s")
    return contract(gates, U, to=("channel", "row", "column"), name="output", symbol="X")


def picture(trace: Trace) -> tuple[Images, ...]:
    """The first channels before and after, with their gates."""
    U, gates, output = (trace[name] for name in ("U", "gates", "output"))
    scaled = zip(gates.axis("channel").labels[:8], gates.value, strict=False)
    panels = (
        panel
        for n, (name, gate) in enumerate(scaled)
        for panel in (
            Panel(label_said(name), Part(U, (n,))),
            Panel(f"{label_said(name)} × {gate:.2f}", Part(output, (n,))),
        )
    )
    return (Images(say("Each channel as it comes, and beside it multiplied by its gate."), tuple(panels)),)


MAPS = [
    [[0.7, 0.1, 0.7], [0.7, 0.4, 0.5], [0.4, 0.2, 0.5]],
    [[0.8, 0.2, 0.5], [0.7, 0.3, 0.9], [0.4, 0.5, 0.8]],
    [[1.7, 1.6, 1.7], [1.2, 1.3, 1.7], [1.2, 1.5, 1.0]],
    [[0.3, 0.0, 0.2], [0.0, 0.8, 0.5], [0.6, 0.9, 0.9]],
]
GOLDEN = {
    "U": MAPS,
    "W_1": [[1, -1, 0.5, 0], [-0.5, 1, 1, -1]],
    "W_2": [[2, -1], [-2, 0.5], [0.5, 1.5], [1, -2]],
}
BRIGHT = {**GOLDEN, "U": [*MAPS[:3], [[2.3, 2, 2.2], [2, 2.8, 2.5], [2.6, 2.9, 2.9]]]}
DEAD = {
    **GOLDEN,
    "W_1": [[-1, -1, -1, 0], [-0.5, -1, -1, -1]],
}


def _last_gate_opens(trace: Trace) -> bool:
    """Whether the last of four gates is open, and the maps of the other three are as they were."""
    maps = trace["U"].value
    given = np.array(MAPS)
    same = maps.shape == given.shape and np.array_equal(maps[:3], given[:3])
    return bool(same and trace["gates"].value[3] > 0.5)


LABELS = {"channel": ("Edges", "Dots", "Stripes", "Sky")}
NOTE = "Made-up numbers and names: four channels of 3 × 3 pixels, squeezed to two hidden units."

MECHANISM = Mechanism(
    key="senet",
    title="Squeeze-and-excitation",
    section="The zoo",
    family="Squeeze-and-excitation",
    boxes=("who asks", "score", "normalise", "read"),
    insight="Each channel is multiplied by one factor, which is computed from the means of all channels.",
    papers=("Hu, Shen and Sun 2018, CVPR, arXiv:1709.01507",),
    inputs={
        "U": Input(("channel", "row", "column"), "feature maps"),
        "W_1": Input(("hidden", "channel"), "squeezing weights"),
        "W_2": Input(("channel", "hidden"), "exciting weights"),
    },
    presets={
        "golden": Preset("Four channels", GOLDEN, LABELS, note=NOTE),
        "bright": Preset("A brighter sky", BRIGHT, LABELS, note=f"{NOTE} Every pixel of Sky is 2 brighter."),
        "dead": Preset("All gates at 0.5", DEAD, LABELS, note=f"{NOTE} The weights of the first layer are below 0."),
    },
    challenges=(
        Challenge(
            "Change the pixels of Sky alone, and open its gate past 0.5.",
            _last_gate_opens,
            "Hidden unit 2 keeps its gate low. What would bring that unit to 0?",
            {"U": BRIGHT["U"]},
        ),
        Challenge(
            "Make every gate exactly 0.5.",
            lambda trace: bool((trace["gates"].value == 0.5).all()),
            "The logistic function of 0 is 0.5. What if both hidden units are 0?",
            {"W_1": DEAD["W_1"]},
        ),
    ),
    in_transformer=(
        "nowhere in the usual one; gated feed-forward layers multiply channels in a similar way, "
        "for each token by itself."
    ),
    related=("focus-vs-saliency", "gau"),
    run=run,
    picture=picture,
)
