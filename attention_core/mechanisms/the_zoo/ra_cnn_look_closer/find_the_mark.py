"""Recurrent attention, trained: find a small mark, zoom in, and name it."""

from __future__ import annotations

from attention_core.blocks.convolution import GRID, pooled
from attention_core.engine.axes import numbered
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import add, contract, largest, maximum, mean, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import AtLeast, Sum
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Bars, Images, Panel, Picture
from attention_core.mechanisms.the_zoo import trained_vision

from . import zooming

STEEPNESS = 3.0
ZOOM = 10
FINE = ("zoom row", "zoom column")
BOARD = numbered("row", trained_vision.SIDE), numbered("column", trained_vision.SIDE)
PLACES = tuple(range(3, 30))  # of the middle of a mark that is wholly inside


def run(mark: Step, litter: Step, down: int, across: int) -> tuple[Step, ...]:
    """t = apn(F(X)), then p2 of a zoom into the soft mask of t, beside p1 of F(X). Fu, Zheng and Mei 2017."""
    W = trained_vision.weights("find-the-mark", trained_vision.MARKS)
    placed_mark = contract(
        *trained_vision.placement_factors(mark, BOARD, (down - 2, across - 2)), over=("mark row", "mark column")
    )
    X = maximum(litter, placed_mark, name="picture", symbol="X")
    maps = pooled(X, 4, name="coarse", symbol="X_8")
    for layer, over in ((1, ()), (2, "filter")):
        maps = trained_vision.convolution_layer(
            maps, W[f"coarse K_{layer}"], W[f"coarse b_{layer}"], f"coarse {layer}", "F", over=over
        )
    overall = mean(maps, GRID, name="overall", symbol="f")
    first = trained_vision.softmax_layer(W["coarse W"], overall, W["coarse b"], "mark", "first answer", "first scores")
    z = tanh(add(contract(W["box W_h"], maps, over=("map", *GRID)), W["box b_h"]), name="hidden", symbol="z")
    a = zooming.named_proposal(add(contract(W["box W_a"], z, over="hidden"), W["box b_a"]))
    zoom, _ = zooming.soft_crop(X, zooming.proposed_box(a, X), STEEPNESS, ZOOM)
    G = trained_vision.convolution_layer(zoom, W["fine K_1"], W["fine b_1"], "fine 1", "G_1", over=(), axes=FINE)
    G = pooled(G, 2, axes=FINE, name="halved", symbol="G_5")
    G = trained_vision.convolution_layer(G, W["fine K_2"], W["fine b_2"], "fine 2", "G_2", over="filter", axes=FINE)
    best = largest(largest(G, FINE[1], name="best of rows", symbol="r"), FINE[0], name="best", symbol="g")
    return first, trained_vision.softmax_layer(W["fine W"], best, W["fine b"], "mark", "output", "second scores")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The image with its box, the input of the first look, the zoom; and the probabilities of both looks."""
    first = trace["first answer"].value
    second = trace.output.value
    series = {name: tuple(map(float, p)) for name, p in ((say("first look"), first), (say("zoom"), second))}
    whole, coarse, zoom, box = (trace[name].value for name in ("picture", "coarse", "zoom", "box"))
    boxed = Panel(say("The picture"), whole, None, (zooming.box_outline(box),))
    panels = boxed, Panel(say("The first look"), coarse), Panel(say("The zoom"), zoom)
    bars = Bars(say("The probabilities of both looks."), trained_vision.MARKS.labels, series, say("probability"))
    return Images(
        say("The box from the first look, and what the second names: {answer}.", answer=label_said(answer(trace))),
        panels,
        3,
    ), bars


def answer(trace: Trace) -> str:
    """The name of the likeliest mark."""
    return trained_vision.MARKS.labels[int(trace.output.value.argmax())]


def preset(mark: str, down: int, across: int, seed: int) -> Preset:
    """A preset with a mark at a place, on litter from a seed."""
    inputs = {"mark": trained_vision.mark_pixels(mark), "litter": trained_vision.litter(seed)}
    note = (
        "Noise and blots from a seed; this mark was at this place in no picture of training. "
        + trained_vision.card_summary("find-the-mark")
    )
    return Preset(f"An {mark}" if mark == "L" else f"A {mark}", inputs, {}, {"down": down, "across": across}, note)


MECHANISM = Mechanism(
    key="find-the-mark",
    title="Find the mark, trained",
    section="The zoo",
    family="RA-CNN: look closer",
    boxes=("who asks", "which keys", "read"),
    opens="zoom",
    insight="The coarse first look cannot name the mark, but finds it; the second look, at a small part, names it.",
    papers=("Fu, Zheng and Mei 2017, CVPR, “Look Closer to See Better”",),
    trained=True,
    inputs={
        "mark": Input(("mark row", "mark column"), "the mark to be found", switch=True),
        "litter": Input(GRID, "noise and blots"),
    },
    options={way: Option(f"Mark: {way}", 8, choices=PLACES) for way in ("down", "across")},
    presets={
        "plus": preset("plus", 13, 25, 13),
        "cross": preset("cross", 16, 11, 7),
        "T": preset("T", 24, 22, 34),
        "L": preset("L", 7, 18, 1),
    },
    challenges=(
        Challenge(
            "Paint a mark that it calls an L.",
            lambda trace: answer(trace) == "L",
            "Click pixels of the mark under “Inputs”. The presets show the four marks it was trained on.",
            {"mark": trained_vision.mark_pixels("L")},
        ),
        Challenge(
            "Bring the centre of the box into the upper left: at most 12 across and 12 down.",
            lambda trace: bool((trace["box"].value[:2] <= 12).all()),
            "The box follows what is bright. The two sliders say where that is.",
            {"down": 6, "across": 6},
        ),
    ),
    constraints=(
        *(Sum(axis.name, (axis.size,)) for axis in BOARD),
        AtLeast((BOARD[0].size, 2), ("down", "mark row")),
        AtLeast((BOARD[1].size, 2), ("across", "mark column")),
    ),
    in_transformer="not this network; a vision Transformer reads all patches of an image at once.",
    related=("soft-vs-hard-attention",),
    run=run,
    picture=picture,
)
