"""Multi-head attention on a sentence: three heads, made by hand to attend to three different things."""

from __future__ import annotations

from attention_core.engine.trace import Trace
from attention_core.lesson.bark_sentence import AXES, EMBEDDING, THREE_HEADS, TOKENS, sparse_matrix
from attention_core.lesson.constraints import Multiple
from attention_core.lesson.mechanism import Challenge, Mechanism, Option, Preset

from . import multi_head_attention
from .head_contributions import contribution, picture


def only_third_head_is_off(trace: Trace) -> bool:
    """Whether the third head alone contributes nothing."""
    parts = [bool(part.any()) for part in contribution(trace).value]
    return parts[:3] == [True, True, False]


def single_head_shares_evenly(trace: Trace) -> bool:
    """Whether a single head gives Bark, cute and he more than 0.3 each in the last token's row."""
    weights = trace["attention weights"].value
    return bool(weights.shape[0] == 1 and weights.shape[2] > 5 and (weights[0, -1, [0, 3, 5]] > 0.3).all())


SENTENCE = {"X": EMBEDDING, **THREE_HEADS}
LABELS = {"token": TOKENS, "model": AXES}
# With one head the six columns score together: longer queries, and keys of equal length for the three matches.
EVEN_SINGLE_HEAD = {
    "h": 1,
    "W_q": sparse_matrix((0, 0, 6), (5, 1, 1), (0, 2, 6), (5, 3, 1), (0, 4, 6), (5, 5, 1)),
    "W_k": sparse_matrix((1, 0, 2), (5, 1, 1), (3, 2, 2.4), (5, 3, 1), (2, 4, 2), (5, 5, 1)),
}

MECHANISM = Mechanism(
    key="multi-head-bark",
    title="Heads on a sentence",
    section="Self-attention",
    insight="With three heads “dog” attends to a name, a quality and a pronoun; one row shares its weight among them.",
    boxes=("who asks",),
    family="Many heads",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2",),
    inputs=multi_head_attention.MECHANISM.inputs,
    options={"h": Option("Heads", 3, bounds=(1, 12)), "masked": Option("Hide later words", False)},
    presets={
        "bark": Preset("Three heads", SENTENCE, LABELS, note=multi_head_attention.NOTE),
        "one": Preset("One wide head", SENTENCE, LABELS, {"h": 1}, multi_head_attention.NOTE),
        "masked": Preset("Later words hidden", SENTENCE, LABELS, {"masked": True}, multi_head_attention.NOTE),
    },
    challenges=(
        Challenge(
            "Switch off the third head alone: its contribution is zero everywhere, those of the first two are not.",
            only_third_head_is_off,
            "The third head’s contribution is its output times the last two rows of the output weights.",
            {"W_o": [*THREE_HEADS["W_o"][:4], [0] * 6, [0] * 6]},
        ),
        Challenge(
            "With a single head, let “dog” give “Bark”, “cute” and “he” more than 0.3 each.",
            single_head_shares_evenly,
            "Set Heads to 1 and make the queries larger. Then the three scores must be equal; which one is lower?",
            EVEN_SINGLE_HEAD,
        ),
    ),
    constraints=(
        Multiple("projection", ("h",)),
        Multiple("joined", ("h",)),
    ),
    in_transformer="a self-attention layer with its heads, as in every block.",
    related=("qkv-self-attention", "masked-multi-head-attention"),
    run=multi_head_attention.run,
    picture=picture,
    said=multi_head_attention.said,
)
