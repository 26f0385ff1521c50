"""Sequential operations: how much work a layer is, and how much of it has to wait for other work."""

from __future__ import annotations

from attention_core.engine.axes import Axis
from attention_core.engine.ops import (
    contract,
    divide,
    expand,
    largest,
    positive,
    relu,
    scale,
    shift,
    stack,
    subtract,
    sum_over,
)
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .layer_costs import (
    LAYERS,
    attention_first,
    check_lengths,
    convolution_reach,
    crossings,
    plotted_lengths,
    time_curve,
    timetable,
    work_curve,
)

KERNEL = 3.0
WINDOW = 8.0
WIDTHS = (16, 64, 256, 512, 2048)
WORKERS = (1, 2, 4, 8, 64, 512, 4096, 65536, 1048576)


def run(n: Step, d: int, workers: int) -> tuple[Step, ...]:
    """Multiplications, sequential operations and longest path of four layers. Vaswani et al. 2017, table 1.

    Orders of growth, with 1 for every constant. time = max(sequential operations, work / workers): Brent 1974.
    """
    check_lengths(n)
    width = source("d", d, ())
    k = source("k", KERNEL, ())
    r = source("r", WINDOW, ())
    layer = Axis("layer", LAYERS)
    to = ("layer", "length")
    work = (
        contract(n, n, width),
        contract(n, width, width),
        contract(k, n, width, width),
        contract(r, n, width),
    )
    mults = stack(*work, along=layer, to=to, name="multiplications", symbol="M")
    once = expand(source("one", 1.0, (), "1"), *n.axes)
    waits = stack(once, n, once, once, along=layer, to=to, name="sequential operations", symbol="Q")
    tree = sum_over(positive(subtract(n, convolution_reach(n.value, KERNEL))), "hop")
    windows = shift(relu(shift(divide(n, r), -1.0)), 1.0)
    path = stack(once, n, tree, windows, along=layer, to=to, name="longest path", symbol="L")
    each = (scale(contract(width, width), matrices) for matrices in (4.0, 2.0))
    learnt = stack(*each, along=Axis("kind", LAYERS[:2]), name="parameters", symbol="N")
    shared = divide(mults, source("P", workers, ()))
    bounds = stack(shared, waits, along=Axis("bound", ("work", "waiting")), to=(*to, "bound"))
    return path, learnt, largest(bounds, "bound", name="time", symbol=r"\tau")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """A timetable for a few tokens; then work and time over the length, with the lengths at which layers cost alike."""
    n = trace["n"].value
    d = float(trace.options["d"])
    P = trace.options["workers"]
    longer = MECHANISM.again(trace, {"n": plotted_lengths(n, d)})
    return timetable(n, P), work_curve(longer, d, crossings(d, KERNEL, WINDOW)), time_curve(longer, d, P)


WORDS = {"length": ("phrase", "line", "verse", "page", "story")}
GOLDEN = {"n": [4, 16, 64, 256, 1024]}
NOTE = "Lengths one might meet; every constant of the table is taken as 1."

MECHANISM = Mechanism(
    key="sequential-ops",
    title="Work and waiting",
    section="Recurrence against attention",
    boxes=("who asks", "read"),
    insight="Attention computes all tokens at once, and its work grows with the square of the length.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, table 1", "Brent 1974, Journal of the ACM 21"),
    inputs={"n": Input(("length",), "tokens")},
    options={"d": Option("Width d", 64, WIDTHS), "workers": Option("Workers P", 4096, WORKERS)},
    presets={
        "many": Preset("Many workers", GOLDEN, WORDS, note=NOTE),
        "few": Preset("Four workers", GOLDEN, WORDS, {"workers": 4}, NOTE),
        "one": Preset("One worker", GOLDEN, WORDS, {"workers": 1}, NOTE),
    },
    challenges=(
        Challenge(
            "With one worker, let self-attention take less time than the recurrence at every length.",
            lambda trace: trace.options["workers"] == 1 and attention_first(trace),
            "One worker has to do all the work. Which of two numbers must be the larger one?",
            {"workers": 1, "d": 2048},
        ),
        Challenge(
            "Keep d at 64, and let self-attention take less time at every length; the longest must be 1024 or more.",
            lambda trace: trace.options["d"] == 64 and bool(trace["n"].value.max() >= 1024) and attention_first(trace),
            "Work can be shared out, waiting cannot.",
            {"workers": 1048576},
        ),
    ),
    in_transformer=(
        "the row “self-attention”, in every layer; while it writes, a Transformer has to wait for each word too."
    ),
    related=("flash-online-softmax", "kv-cache"),
    run=run,
    picture=picture,
)
