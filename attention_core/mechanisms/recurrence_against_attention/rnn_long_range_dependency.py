"""Long-range dependency: the first token is exchanged, and the change at the end measured."""

from __future__ import annotations

from attention_core.engine.language import say
from attention_core.engine.ops import contract, index, positive, scale, softmax, stack, subtract
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Picture

from .memory_probe import (
    READERS,
    RHOS,
    TURN,
    extended_text,
    first_token_bars,
    first_token_distance,
    memory_curves,
    paired_stories,
    recurrent_distances,
    story_distance,
)


def run(X: Step, other: Step, R: Step, q: Step, rho: float, match: float) -> tuple[Step, ...]:
    """|h_T - h'_T| of two runs of h = tanh(x + rho R h), and |c - c'| of two reads softmax(match X q) X.

    Path lengths 1 and T, the claim under test: Vaswani et al. 2017, table 1; the recurrence is Elman's of 1990.
    """
    W = scale(R, rho, name="recurrent weights", symbol="W")
    stories = paired_stories(X, other)
    kept = recurrent_distances(stories, W)
    scores = scale(contract(stories, q, over="feature"), match, name="scores", symbol="S")
    weights = softmax(scores, along="token", name="attention weights", symbol="A")
    read = contract(weights, stories, over="token", name="read-outs", symbol="C")
    return *kept, stack(kept[-1], story_distance(read), along=READERS, name="memory", symbol="m")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """Both memories over the length of the text, and what each way of reading keeps of the first token."""
    X = trace["X"].value
    rho = trace.options["rho"]
    match = trace.options["match"]
    longer = {"X": extended_text(X, max(32, len(X)))}
    long = {r: MECHANISM.again(trace, longer, rho=r) for r in (rho, 0.5 if rho == 1.2 else 1.2)}
    parts = {
        say("first token"): trace["two stories"].value[:, 0],
        say("last state"): trace[f"token {len(X)}/state"].value,
        say("attention"): trace["read-outs"].value,
    }
    return memory_curves(long, (match, 0.0 if match else 8.0), (len(X), trace.output)), first_token_bars(parts)


def said(trace: Trace) -> dict[str, Step | float]:
    """The distances after the first and after the last token, and whether the recurrence keeps more than attention."""
    first, last = (trace[f"token {t}/distance"] for t in (1, trace["X"].size("token")))
    kept, read = (index(trace["memory"], "reader", n) for n in range(2))
    return {"at the first": first, "at the last": last, "recurrence ahead": positive(subtract(kept, read))}


STORY = [[1, 1], *([0.3 * (-1) ** t, 0] for t in range(2, 9))]
GOLDEN = {"X": STORY, "other": [-1, 1], "R": TURN, "q": [0, 1]}
WORDS = {"token": ("news", *(f"filler {n}" for n in range(1, 8)))}
NOTE = "Made up: nothing here was trained."

MECHANISM = Mechanism(
    key="rnn-long-range-dependency",
    title="Long-range dependency",
    section="Recurrence against attention",
    boxes=("score", "read"),
    insight="What attention keeps of a token depends on its match and on the number of tokens, not on its distance.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, table 1", "Elman 1990, Cognitive Science 14"),
    inputs={
        "X": Input(("token", "feature"), "a text"),
        "other": Input(("feature",), "another first token"),
        "R": Input(("feature", "before"), "turn per token"),
        "q": Input(("feature",), "what is looked for"),
    },
    same={"before": "feature"},
    options={"rho": Option("ρ", 0.9, RHOS), "match": Option("Match", 4.0, (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0))},
    presets={
        "eight": Preset("Eight tokens", GOLDEN, WORDS, note=NOTE),
        "mean": Preset("Nothing to match", GOLDEN, WORDS, {"match": 0.0}, NOTE),
        "keeps": Preset("A ρ above 1", GOLDEN, WORDS, {"rho": 1.2}, NOTE),
    },
    challenges=(
        Challenge(
            "Let the recurrence keep more of the first token than attention does.",
            lambda trace: bool(trace.output.value[0] > trace.output.value[1]),
            "What are attention’s weights when no token matches better than another?",
            {"match": 0.0},
        ),
        Challenge(
            "Keep the match at 4 or more and both first tokens 1 apart, and bring attention’s memory below 0.1.",
            lambda trace: bool(
                trace.options["match"] >= 4 and first_token_distance(trace) >= 1 and trace.output.value[1] < 0.1
            ),
            "Distance has no influence, other tokens have. Which of them could carry the marker too?",
            {"X": [[1, 1], *([0.3 * (-1) ** t, 2] for t in range(2, 9))]},
        ),
    ),
    in_transformer="nothing recurs from token to token; every layer reads all tokens directly, by their match.",
    related=("sequential-ops", "sab"),
    run=run,
    said=said,
    picture=picture,
)
