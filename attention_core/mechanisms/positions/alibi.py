"""ALiBi: no position codes, but a bias that falls with the distance, with a slope of its own for every head."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.masks import causal
from attention_core.blocks.positions import alibi_bias, alibi_slopes
from attention_core.engine.axes import numbered
from attention_core.engine.language import say
from attention_core.engine.ops import add, exp, scale, softmax
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Curves, Picture, rows


def run(S: Step, h: int) -> Step:
    """softmax(S - m_i (p - q)), S the scaled scores, m_i the slope of head i. Press, Smith and Lewis 2021."""
    queries, keys = S.axes
    slopes = alibi_slopes(numbered("head", h))
    bias = alibi_bias(queries, keys, slopes, causal(queries, keys))
    biased = add(S, bias, to=("head", "query", "key"), name="biased scores", symbol=r"\hat S")
    return softmax(biased, along="key", name="attention weights", symbol="A")


def said(trace: Trace) -> dict[str, Step | float]:
    """The slope of every head, and the factor of the weight for one more position."""
    slopes = trace["slopes"]
    return {"slope": slopes, "factor": exp(scale(slopes, -1.0))}


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The bias of every head over the distance, and the last token's weights in every head."""
    return bias_pictures(trace["bias"], trace["attention weights"])


CONTENT = {
    "S": [
        [1, 0, 2, 0, 1],
        [0, 1, 0, 2, 1],
        [2, 0, 1, 0, 1],
        [0, 2, 0, 1, 1],
        [3, 0, 0, 1, 1],
    ]
}
NONE = {"S": np.zeros((5, 5)).tolist()}
TOKENS = {"query": ("the", "dog", "saw", "a", "cat")}
NOTE = "Made-up content scores; the slopes are those of the paper."


def _heads_are_divided(trace: Trace) -> bool:
    """Whether the last token prefers the newest key in the first head, and the oldest in the last."""
    last = trace["attention weights"].value[:, -1]
    return bool(last[0].argmax() == last.shape[1] - 1 > 0 == last[-1].argmax())


MOST_KEYS = 24  # drawn, the newest ones


def bias_pictures(bias: Step, weights: Step) -> tuple[Curves, Bars]:
    """The bias that each head adds to the last query's scores, and that query's weights."""
    heads = [say("head {label}", label=label) for label in bias.axis("head").labels]
    last, read = (step.value[:, -1, -MOST_KEYS:] for step in (bias, weights))
    back = tuple(float(n) for n in range(last.shape[1]))
    caption = say("What each head adds to the score of a key, over its distance.")
    curves = Curves(caption, back, rows(heads, last[:, ::-1]), say("positions back"), "bias")
    labels = weights.axis("key").labels[-MOST_KEYS:]
    return curves, Bars(say("The last token’s weights in every head."), labels, rows(heads, read), say("weight"))


MECHANISM = Mechanism(
    key="alibi",
    title="Linear biases (ALiBi)",
    section="Positions",
    boxes=("score",),
    insight="A bias lowers each score in proportion to the distance, by a fixed slope that differs from head to head.",
    papers=("Press, Smith and Lewis 2021, arXiv:2108.12409",),
    inputs={"S": Input(("query", "key"), "scaled scores")},
    same={"key": "query"},
    options={"h": Option("Heads", 4, bounds=(1, 12))},
    presets={
        "content": Preset("With content", CONTENT, TOKENS, note=NOTE),
        "none": Preset("All scores 0", NONE, TOKENS, note="The slopes are those of the paper."),
        "twelve": Preset("Twelve heads", CONTENT, TOKENS, {"h": 12}, NOTE),
    },
    challenges=(
        Challenge(
            "Let the last token give the newest key the largest weight in head 1, and the oldest key in the last head.",
            _heads_are_divided,
            "The oldest key needs a lead smaller than the steep bias and larger than the gentle one.",
            {"S": [*CONTENT["S"][:4], [0.5, 0, 0, 0, 0]]},
        ),
        Challenge(
            "With every score 0 and five tokens or more, let head 1 give the newest key a weight above 0.4.",
            lambda trace: (
                not trace["S"].value.any()
                and len(trace["S"].value) > 4
                and bool(trace["attention weights"].value[0, -1, -1] > 0.4)
            ),
            "With more heads the first slope is steeper.",
            {**NONE, "h": 8},
        ),
    ),
    in_transformer="added to the scores in some language models, such as BLOOM; RoPE is more common.",
    related=("sinusoidal-positional-encoding", "rope", "causal-mask"),
    run=run,
    picture=picture,
    said=said,
)
