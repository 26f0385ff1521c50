"""A trained captioner: scenes of coloured shapes, named from left to right."""

from __future__ import annotations

from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import given_width
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Preset

from . import trained_captioner

READS = trained_captioner.SceneText()


def run(V: Step) -> tuple[Step, Step]:
    """alpha_i = softmax_i(w_a . tanh(W_va v_i + W_ha h_1)), with a new query for every word. Anderson et al. 2018.

    With weights trained by training/ on made-up scenes; data/weights/scene-captions.json says how well.
    """
    return trained_captioner.caption_scene(V)


def typed_preset(title: str, text: str, note: str) -> Preset:
    """A preset for a typed scene; its note ends with the model card."""
    return Preset(title, *READS.fill(text), note=f"{note} {trained_captioner.card_summary()}")


def _names_too_many(trace: Trace) -> bool:
    """Whether the caption names more things than there are."""
    return trained_captioner.words_written(trace).count("then") + 1 > trace["V"].size("region")


FIVE = "green cross 33 20, yellow square 55 72, yellow circle 44 86, yellow cross 77 78, red cross 10 11"
FOUR = "blue square 67 16, red circle 57 15, red square 91 44, blue square 10 64"
SIX = "blue cross 90 60, red star 75 20, blue star 25 70, red cross 10 40, green circle 40 30, yellow square 55 80"
UNSEEN = "A list of things that was left out of the training; all sizes were made equal."

MECHANISM = Mechanism(
    key="scene-captions",
    title="A trained captioner",
    section="The zoo",
    family="Bottom-up and top-down",
    boxes=("who asks", "score", "which keys", "normalise", "read"),
    opens="word 1/attention weights",
    insight="Which region belongs to which word was not given: the weights were learnt from captions alone.",
    papers=("Anderson et al. 2018, CVPR, arXiv:1707.07998",),
    inputs={"V": Input(("region", "feature"), "the regions")},
    reads=READS,
    presets={
        "five": typed_preset("Five things", FIVE, UNSEEN),
        "four": typed_preset("Twins", FOUR, UNSEEN),
        "six": typed_preset("Six things", SIX, "It was trained on three to five things."),
        "one": typed_preset("One thing", "red circle 50 50", "It was trained on three to five things."),
    },
    challenges=(
        Challenge(
            "Make it begin with the yellow cross, and leave all other things in place.",
            lambda trace: (
                trained_captioner.words_written(trace)[:2] == ("yellow", "cross") and trace["V"].size("region") == 5
            ),
            "It names things from left to right.",
            {"V": READS.fill(FIVE.replace("cross 77", "cross 2"))[0]["V"]},
        ),
        Challenge(
            "Make it name more things than there are.",
            _names_too_many,
            "In training every scene had at least three things.",
            {"V": READS.fill("red circle 50 50")[0]["V"]},
        ),
        Challenge(
            "Make it unsure: some word it writes should have a probability below one half.",
            lambda trace: bool((trace.output.value.max(axis=-1) < 0.5).any()),
            "Which comes first where two things stand one above the other?",
            {"V": READS.fill("red circle 30 50, blue square 30 50, green star 70 50")[0]["V"]},
        ),
    ),
    constraints=(given_width("V", "feature", len(trained_captioner.FEATURES)),),
    in_transformer="not this network: words read patches of the image by cross-attention or self-attention.",
    related=("additive-attention",),
    run=run,
    picture=trained_captioner.picture,
)
