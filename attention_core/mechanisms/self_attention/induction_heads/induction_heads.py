"""Induction heads: two trained layers that find what came after a letter before, at any step of their training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from attention_core.blocks.naming import step_namer
from attention_core.engine.language import say, to_say
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import AtLeast, Refusal, given_width
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Alignment, Curves, Picture
from attention_core.lesson.typed_text import Characters

from . import two_layers

LONGEST = two_layers.longest()
SNAPSHOTS = two_layers.snapshots()
READS = Characters(
    "Letters to continue",
    f"Up to {LONGEST} letters from a to p",
    two_layers.alphabet(),
    "X",
    axis="token",
    most=LONGEST,
)


def run(X: Step, after: int) -> tuple[Step, ...]:
    """x <- x + attention(x), twice, then softmax(U x): no feed-forward layer and no norm. Elhage et al. 2021.

    Olsson et al. 2022 measure the heads; the weights are those of training/ after so many of its steps.
    """
    W = two_layers.weights(after, X.axis("symbol"), X.axis("token"))
    looks, P = two_layers.predicted(X, W)
    sought = two_layers.after_earlier(X)
    of_heads = [
        each for n, A in zip(two_layers.LAYERS, looks, strict=True)
        for each in two_layers.measures(A, sought, step_namer("layer", n))
    ]  # fmt: skip
    return (*of_heads, *two_layers.losses(X, P, sought), P)


def said(trace: Trace) -> dict[str, Step | float]:
    """What the card says of these weights, of the first ones and of the last, on strings never trained on."""
    first, now, last = (two_layers.told(n) for n in (SNAPSHOTS[0], trace.options["after"], SNAPSHOTS[-1]))
    return {
        "steps": trace.options["after"],
        "held-out loss": now["loss on repeats"],
        "held-out loss at first": first["loss on repeats"],
        "held-out loss at last": last["loss on repeats"],
        "best induction": max(now["induction"][1]),
        "best previous token": max(now["previous token"][0]),
        **_without(),
        "has repeats": float(trace["repeat"].value.any()),
    }


def _without() -> dict[str, float]:
    """What the card says of the last weights with one head off, and of trainings from other seeds."""
    off, (own, *others) = two_layers.without(), two_layers.seeds()
    looking_back = two_layers.told(SNAPSHOTS[-1])["previous token"][0]
    first = 1 + looking_back.index(max(looking_back))
    halves = [each["half the first loss at step"] for each in others]
    return {
        "first head": float(first),
        "induction without it": max(off[f"head 1.{first}"]["induction"][1]),
        "loss without it": off[f"head 1.{first}"]["loss on repeats"],
        "loss without 2.1": off["head 2.1"]["loss on repeats"],
        "loss without 2.2": off["head 2.2"]["loss on repeats"],
        "half way": float(own["half the first loss at step"]),
        "half way at first": float(min(halves)),
        "half way at last": float(max(halves)),
    }


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weights of every head, and how the loss fell while the heads formed: on held-out strings, and on this one."""
    return *(_looks(trace, n) for n in two_layers.LAYERS), _course(trace), _own_course(trace)


def _looks(trace: Trace, n: int) -> Alignment:
    A = trace[f"layer {n}/attention weights"]
    queries, keys = A.axis("query").labels, A.axis("key").labels
    side_by_side = tuple(tuple(float(share) for head in A.value for share in head[row]) for row in range(len(queries)))
    heads = A.axis("head").labels
    caption = say(
        "Layer {n} after {options:,} steps. Rows: the letters that ask. Columns: those asked.",
        n=n,
        options=trace.options["after"],
    )
    groups = tuple((say("Head {head}", head=head), len(keys)) for head in heads)
    guesses = _guesses(trace) if n == two_layers.LAYERS[-1] else ()
    return Alignment(caption, queries, keys * len(heads), side_by_side, guesses, groups=groups)


def _guesses(trace: Trace) -> tuple[tuple[tuple[str, float], ...], ...]:
    P = trace.output
    letters = P.axis("next").labels
    ranked = (sorted(zip(map(float, row), letters, strict=True), reverse=True)[:3] for row in P.value)
    return tuple(tuple((name, share) for share, name in row if share >= 0.005) for row in ranked)


def _course(trace: Trace) -> Curves:
    course = two_layers.course()
    after = trace.options["after"]
    series = {
        say("loss on repeats, nats"): [each["loss on repeats"] for each in course],
        say("induction, layer 2"): [max(each["induction"][1]) for each in course],
        say("previous token, layer 1"): [max(each["previous token"][0]) for each in course],
    }
    caption = say(
        "Strings never trained on: the loss on repeats, and the two measures, each of the head that has most of it."
    )
    return Curves(
        caption,
        tuple(float(each["step"]) for each in course),
        {name: tuple(values) for name, values in series.items()},
        say("steps of training"),
        say("loss, and weight"),
        {say("these weights"): (float(after), two_layers.told(after)["loss on repeats"])},
    )


def _own_course(trace: Trace) -> Curves:
    under = MECHANISM.under(trace, "after")
    read: dict[str, Callable[[Trace], float | Array]] = {
        say("your loss on repeats, nats"): lambda one: one["loss on repeats"].value,
        say("your induction, layer 2"): lambda one: np.max(one["layer 2/induction"].value),
        say("your previous token, layer 1"): lambda one: np.max(one["layer 1/previous token"].value),
    }
    series = {name: tuple(float(of(one)) for one in under.values()) for name, of in read.items()}
    here = (float(trace.options["after"]), float(trace["loss on repeats"].value))
    caption = say("Your letters, under all of the weights that were kept.")
    return Curves(
        caption,
        tuple(map(float, under)),
        series,
        say("steps of training"),
        say("loss, and weight"),
        {say("these weights"): here},
    )


def typed_preset(title: str, text: str, note: str, **options: int) -> Preset:
    """A preset for typed letters; its note ends with the model card."""
    return Preset(title, *READS.fill(text), options=options, note=f"{note} {two_layers.card_summary()}")


LAST = SNAPSHOTS[-1]
TEXT = "foaijfoaijfoaij"
MECHANISM = Mechanism(
    key="induction-heads",
    title="Induction heads",
    section="Self-attention",
    boxes=("who asks", "score", "normalise", "read"),
    insight="Two layers learn together to look up what came after a letter before, and all at once the loss drops.",
    papers=(
        "Elhage et al. 2021, A Mathematical Framework for Transformer Circuits",
        "Olsson et al. 2022, arXiv:2209.11895",
    ),
    inputs={"X": Input(("token", "symbol"), "letters read")},
    options={"after": Option("Steps of training", LAST, choices=SNAPSHOTS)},
    reads=READS,
    opens="layer 2/attention weights",
    presets={
        "trained": typed_preset("Trained", TEXT, "A stretch it never saw in training, three times."),
        "untrained": typed_preset("Before training", TEXT, "The weights are those before the first step.", after=0),
        "forming": typed_preset("While the heads form", TEXT, "The weights are those after 220 steps.", after=220),
        "once": typed_preset("Nothing comes again", "nofclgihd", "No letter comes twice."),
        "far": typed_preset("A longer stretch", "pjegblocnhmaidpjegblocnh", "Longer than any stretch in training."),
    },
    challenges=(
        Challenge(
            "Go back to a step of training at which repeats in your text still cost more than 2 nats each.",
            lambda trace: bool(trace["loss on repeats"].value > 2),
            "The first steps of training change little.",
            {"after": 0},
        ),
        Challenge(
            "With the weights of the last step, type a text in which repeats cost more than half a nat.",
            lambda trace: bool(trace.options["after"] == LAST and trace["loss on repeats"].value > 0.5),
            "In training no letter came twice within a stretch. What if a letter was followed by two others?",
            {"X": READS.fill("abacadabacad")[0]["X"]},
        ),
    ),
    constraints=(
        given_width("X", "symbol", len(READS.alphabet)),
        AtLeast((LONGEST,), ("token",), refusal=Refusal("X", "token", to_say("has {wanted} letters; at most {found}"))),
    ),
    in_transformer="heads like these form early in training, also in large models, when the loss drops for a moment.",
    related=("causal-mask", "multi-head-attention", "transformer-block"),
    run=run,
    said=said,
    picture=picture,
)
