"""Squeeze-and-excitation, trained: a lamp far from two digits decides which of them is named."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.convolution import GRID
from attention_core.engine.axes import numbered
from attention_core.engine.language import say
from attention_core.engine.ops import contract, divide_by, mean, relu, sigmoid, stack
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import AtLeast
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Images, Panel, Picture
from attention_core.mechanisms.the_zoo import trained_vision

OWN = "its own"
OPEN = "all open"
BOARD = (numbered("row", 16), numbered("column", 16))
DIGIT_AXES = ("digit row", "digit column")


def run(red: Step, green: Step, lamp: bool, gates: str) -> tuple[Step, ...]:
    """X~_c = s_c U_c, s = sigmoid(W_2 relu(W_1 z)), z_c the mean of U_c, between two convolutions. Hu et al. 2018."""
    W = trained_vision.weights("senet-cued-digits", trained_vision.COLOURS, trained_vision.DIGITS)
    lit = np.zeros((16, 16))
    lit[:2] = lamp
    digits = (
        divide_by(contract(*trained_vision.placement_factors(each, BOARD, (8, 4)), over=DIGIT_AXES), 16)
        for each in (red, green)
    )
    colours = (*digits, source("lamp", lit, BOARD, "L"))
    X = stack(*colours, along=trained_vision.COLOURS, to=("channel", *GRID), name="picture", symbol="X")
    U = trained_vision.convolution_layer(X, W["K_1"], W["b_1"], "first", "U")
    z = mean(U, GRID, name="squeeze", symbol="z")
    hidden = relu(contract(W["W_1"], z, over="map"), name="hidden", symbol="h")
    s = sigmoid(contract(W["W_2"], hidden, over="hidden"), name="gates", symbol="s")
    taps = s if gates == OWN else source("open gates", np.ones(16), s.axes, "1")
    scaled = contract(taps, U, to=("map", *GRID), name="scaled", symbol=r"\tilde X")
    F = trained_vision.convolution_layer(scaled, W["K_2"], W["b_2"], "second", "F", over="map")
    pooled = mean(F, GRID, name="pooled", symbol="f")
    return s, trained_vision.softmax_layer(W["W_o"], pooled, W["b_o"], "digit", "output", "scores")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The three channels of the input; and, with the lamp off and on, every gate and every probability."""
    ways = {
        word: MECHANISM.again(trace, lamp=lamp) for word, lamp in ((say("lamp off"), False), (say("lamp on"), True))
    }
    gates, answers = (
        {word: tuple(map(float, way[name].value)) for word, way in ways.items()} for name in ("gates", "output")
    )
    lit = say("lamp on") if trace.options["lamp"] else say("lamp off")
    channels = zip((say("red digit"), say("green digit"), lit), np.clip(trace["picture"].value, 0, 1), strict=True)
    panels = tuple(Panel(title, channel) for title, channel in channels)
    caption = (
        say("Now the lamp is on, and it says {digit}.", digit=digit_named(trace))
        if trace.options["lamp"]
        else say("Now the lamp is off, and it says {digit}.", digit=digit_named(trace))
    )
    answered = say("What it says with the lamp off and with the lamp on.")
    return (
        Images(caption, panels, 3),
        Bars(answered, trained_vision.DIGITS.labels, answers, say("probability")),
        Bars(say("The sixteen gates, both ways."), tuple(map(str, range(1, 17))), gates, "gate"),
    )


def digit_named(trace: Trace) -> str:
    """The likeliest digit."""
    return trained_vision.DIGITS.labels[int(trace.output.value.argmax())]


def digit_pair_preset(title: str, red: int, green: int) -> Preset:
    """A preset with two held-out images of digits."""
    inputs = {"red": trained_vision.digit_pixels(red), "green": trained_vision.digit_pixels(green)}
    note = f"Two images it never saw in training. {trained_vision.card_summary('senet-cued-digits')}"
    return Preset(title, inputs, note=note)


MECHANISM = Mechanism(
    key="senet-cued-digits",
    title="Two digits and a lamp, trained",
    section="The zoo",
    family="Squeeze-and-excitation",
    boxes=("who asks", "score", "normalise", "read"),
    opens="gates",
    insight="A lamp far from both digits changes the gates, and the gates decide which digit is named.",
    papers=("Hu, Shen and Sun 2018, CVPR, arXiv:1709.01507",),
    trained=True,
    inputs={
        "red": Input(DIGIT_AXES, "red digit, 0 to 16"),
        "green": Input(DIGIT_AXES, "green digit, 0 to 16"),
    },
    options={"lamp": Option("Lamp", False), "gates": Option("Gates", OWN, choices=(OWN, OPEN))},
    presets={
        "three": digit_pair_preset("Red 3, green 7", 45, 240),
        "zero": digit_pair_preset("Red 0, green 4", 0, 100),
        "six": digit_pair_preset("Red 6, green 2", 65, 50),
        "wrong": digit_pair_preset("One it gets wrong", 5, 105),
    },
    challenges=(
        Challenge(
            "Without changing a pixel, make it name the 7.",
            lambda trace: bool(
                digit_named(trace) == "7" and (trace["red"].value == trained_vision.digit_pixels(45)).all()
            ),
            "The 7 is green.",
            {"lamp": True},
        ),
        Challenge(
            "Switch the lamp on, and have it name a 3 all the same.",
            lambda trace: bool(trace.options["lamp"] and digit_named(trace) == "3"),
            "With the lamp on it names the green digit. Make that a 3.",
            {"green": trained_vision.digit_pixels(45), "lamp": True},
        ),
    ),
    constraints=(
        AtLeast((8,), ("digit row",)),
        AtLeast((12,), ("digit column",)),
    ),
    in_transformer="not this network; there self-attention would carry the lamp’s state to the digits.",
    related=("focus-vs-saliency",),
    run=run,
    picture=picture,
)
