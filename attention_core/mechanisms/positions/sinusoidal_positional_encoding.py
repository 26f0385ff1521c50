"""Sinusoidal position codes: waves of different frequency, added to every token."""

from __future__ import annotations

import numpy as np

from attention_core.blocks.attention import scaled_dot_product
from attention_core.blocks.positions import frequencies, shift_matrix, sinusoidal
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, rename
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.constraints import even
from attention_core.lesson.mechanism import Challenge, Input, Mechanism, Option, Preset
from attention_core.lesson.pictures import Arrows, Bars, Picture, distinct


def run(X: Step, codes: bool, base: float, k: int) -> tuple[Step, ...]:
    """sin and cos of p / base^(2i/d), added to token p before attention. Vaswani et al. 2017, section 3.5."""
    tokens, features = X.axes
    rates = frequencies(features.size, base)
    P = sinusoidal(tokens, features, base, rates)
    query_codes = rename(P, "token", "query")
    key_codes = rename(P, "token", "key")
    alike = contract(query_codes, key_codes, over="feature", name="similarity of codes", symbol="T")
    shifted = contract(
        P, shift_matrix(rates, features, k, "shift", "R"), over="feature", name="shifted codes", symbol="P'"
    )
    Z = add(X, P, name="tokens with codes", symbol="Z") if codes else X
    K = rename(Z, "token", "key")
    output = scaled_dot_product(rename(Z, "token", "query"), K, rename(K, "feature", "value"), factor=1)
    return alike, shifted, output


def said(trace: Trace) -> dict[str, Step | float]:
    """Positions in one round of the slowest pair, and the options."""
    slowest = float(frequencies(trace["X"].size("feature"), trace.options["base"]).value[-1])
    return {"round": 2 * np.pi / slowest, "shift by": trace.options["k"], "codes": trace.options["codes"]}


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The codes as hands of a clock, and the effect of swapping two tokens on every output."""
    return clock_hands(trace["position codes"]), swap_bars(MECHANISM, trace)


def _each_reads_itself(trace: Trace) -> bool:
    """Whether all tokens are equal, and each gives itself the largest weight."""
    X = trace["X"].value
    read = trace["attention weights"].value.argmax(axis=1)
    return bool(len(X) > 1 and (X[0] == X).all() and (read == range(len(X))).all())


BARK = [1, 0, 1, 0]
IS = [0, 1, 0, 1]
QUICK = [-1, 1, 1, 0]
MIDDLE = [IS, [1, 1, 0, -1], [0, 0, 1, 0], IS]
WORDS = ("is", "small", "and", "is")
SENTENCE = {"X": [BARK, *MIDDLE, QUICK]}
SWAPPED = {"X": [QUICK, *MIDDLE, BARK]}
NAMES = {"token": ("Bark", *WORDS, "quick")}
RENAMED = {"token": ("quick", *WORDS, "Bark")}
NOTE = "Made-up token vectors; the codes are those of the paper."


MOST = 6  # positions shown side by side


def clock_hands(codes: Step) -> Arrows:
    """The codes of the first positions, each pair of features as one hand of a clock."""
    hands = codes.value[:MOST].reshape(len(codes.value[:MOST]), -1, 2)[:, :3]
    panels = {
        say("position {p}", p=p): {say("pair {i}", i=i): tuple(map(float, tip)) for i, tip in enumerate(row, 1)}
        for p, row in enumerate(hands)
    }
    return Arrows(say("Every pair of features drawn as a hand of a clock, each slower than the one before."), panels)


def swap_bars(mechanism: Mechanism, trace: Trace) -> Bars:
    """How far every token's output moves when the first and the last token are swapped, with codes and without."""
    X = trace["X"]
    order = np.arange(len(X.value))
    order[[0, -1]] = order[[-1, 0]]
    distances = {}
    for name, codes in ((say("with codes"), True), (say("without codes"), False)):
        before, after = (
            mechanism.again(trace, {"X": X.value[rows]}, codes=codes).output.value for rows in (..., order)
        )
        distances[name] = tuple(map(float, np.linalg.norm(after[order] - before, axis=1)))
    labels = distinct(X.axis("token").labels)
    return Bars(
        say("How far every token’s output moves when the ends are swapped."),
        labels,
        distances,
        "distance",
    )


MECHANISM = Mechanism(
    key="sinusoidal-positional-encoding",
    title="Sinusoidal position codes",
    section="Positions",
    boxes=("who asks",),
    opens="position codes",
    insight="Each position gets a code of sines and cosines; a shift by k positions is the same rotation everywhere.",
    papers=("Vaswani et al. 2017, arXiv:1706.03762, section 3.5",),
    inputs={"X": Input(("token", "feature"), "tokens")},
    options={
        "codes": Option("Add the codes", True),
        "base": Option("Base", 10000.0, bounds=(1, 1000000)),
        "k": Option("Shift", 2, bounds=(0, 64)),
    },
    presets={
        "six": Preset("Six tokens", SENTENCE, NAMES, note=NOTE),
        "swapped": Preset("Ends swapped", SWAPPED, RENAMED, note=NOTE),
        "bare": Preset("No codes", SENTENCE, NAMES, {"codes": False}, NOTE),
    },
    challenges=(
        Challenge(
            "Make all tokens the same word, and let every one of them still give itself the largest weight.",
            _each_reads_itself,
            "With rows of zeros only the codes are compared, and every code is most similar to itself.",
            {"X": [[0] * 4] * 6},
        ),
        Challenge(
            "Make the code of the first position more similar to the last one than to the second.",
            lambda trace: any(trace["similarity of codes"].value[0, -1] > trace["similarity of codes"].value[0, 1:2]),
            "The fastest pair comes round after a little more than six positions. Add a token.",
            {"X": [BARK, *MIDDLE, QUICK, IS]},
        ),
    ),
    constraints=(even("feature"),),
    in_transformer="added to the embeddings of the model of 2017; RoPE took its place in most language models.",
    related=("parameter-free-self-attention", "rope", "alibi"),
    run=run,
    picture=picture,
    said=said,
)
