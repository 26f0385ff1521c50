"""Multiway attention: four scores of the same two sentences, gates, an attention over the four, and a classifier.

Tan, Wei, Wang, Lv and Zhou 2018. A matrix stands to the left of the row it acts on, as in the paper.
"""

from __future__ import annotations

from collections.abc import Mapping

from attention_core.blocks.layers import linear
from attention_core.blocks.recurrent import side_by_side
from attention_core.engine.axes import Axis
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, expand, index, rename, scale, sigmoid, softmax, stack, take, tanh
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Input
from attention_core.lesson.pictures import Bars, Matrices, Picture, rows

WAYS = ("concat", "bilinear", "dot", "minus")
PAIRS = ("query", "key", "hidden")

INPUTS = {
    "P": Input(("query", "feature"), "sentence that is understood"),
    "Q": Input(("key", "feature"), "sentence it is compared with"),
    "W_c1": Input(("hidden", "feature"), "concat: of Q"),
    "W_c2": Input(("hidden", "feature"), "concat: of P"),
    "v_c": Input(("hidden",), "concat: score vector"),
    "W_b": Input(("asked", "feature"), "bilinear"),
    "W_d": Input(("hidden", "feature"), "dot"),
    "v_d": Input(("hidden",), "dot: score vector"),
    "W_m": Input(("hidden", "feature"), "minus"),
    "v_m": Input(("hidden",), "minus: score vector"),
    "W_g": Input(("way", "gate", "joined"), "gate of each way"),
    "W_h": Input(("way", "match", "joined"), "layer of each way"),
    "W_1": Input(("hidden", "match"), "mixing: of a match"),
    "W_2": Input(("hidden", "learned"), "mixing: of the learned query"),
    "v_a": Input(("learned",), "mixing: learned query"),
    "v": Input(("hidden",), "mixing: score vector"),
    "W_mix": Input(("mixed", "match"), "layer after mixing"),
    "W_q1": Input(("hidden", "feature"), "reading Q: of Q"),
    "W_q2": Input(("hidden", "learned"), "reading Q: of the learned query"),
    "v_0": Input(("learned",), "reading Q: learned query"),
    "v_q": Input(("hidden",), "reading Q: score vector"),
    "W_p1": Input(("hidden", "mixed"), "reading P: of P"),
    "W_p2": Input(("hidden", "feature"), "reading P: of what was read of Q"),
    "v_p": Input(("hidden",), "reading P: score vector"),
    "W_o": Input(("class", "mixed"), "classes"),
}


def voted_scores(x: Step, v: Step, to: tuple[str, ...], name: str, symbol: str) -> Step:
    """v . tanh(x), over the axis hidden."""
    units = tanh(x, name=name.replace("scores", "units"), symbol=symbol.replace(symbol[0], "T", 1))
    return contract(v, units, over="hidden", to=to, name=name, symbol=symbol)


def blocks_by_way(W: Step) -> Step:
    """W (way, ...) with the names of the ways as labels."""
    return take(W, "way", labels=WAYS)


def pair_scores(P: Step, Q: Step, W: Mapping[str, Step]) -> Step:
    """The scores (way, query, key) of all four ways."""
    cells = ("query", "key")
    fields = (*cells, "feature")
    sums = add(linear(W["W_c1"], Q), linear(W["W_c2"], P), to=PAIRS)
    projected = rename(linear(W["W_b"], P), "asked", "feature")
    scores = (
        voted_scores(sums, W["v_c"], cells, "concat scores", "s^c"),
        contract(projected, Q, over="feature", name="bilinear scores", symbol="s^b"),
        voted_scores(linear(W["W_d"], contract(P, Q, to=fields)), W["v_d"], cells, "dot scores", "s^d"),
        voted_scores(linear(W["W_m"], add(Q, scale(P, -1.0), to=fields)), W["v_m"], cells, "minus scores", "s^m"),
    )
    return stack(*scores, along=Axis("way", WAYS), to=("way", *cells))


def match_vectors(scores: Step, P: Step, Q: Step, W_g: Step, W_h: Step, scalar: bool) -> Step:
    """Each way's comparison of every word of P: (way, query, match). scalar: one number as gate, by row 1 of W_g."""
    W_g = blocks_by_way(W_g)
    W_h = blocks_by_way(W_h)
    weights = softmax(scores, along="key", name="attention weights", symbol=r"\alpha")
    context = contract(weights, Q, over="key", name="read", symbol="q")
    joined = side_by_side(context, expand(P, scores.axis("way")), "joined", "joined", "x")
    W_g, to = (index(W_g, "gate", 0), ("way", "query")) if scalar else (W_g, ("way", "query", "gate"))
    gate = sigmoid(contract(W_g, joined, over="joined", to=to), name="gate", symbol="g")
    gated = contract(gate if scalar else rename(gate, "gate", "joined"), joined, name="gated", symbol=r"\hat x")
    return tanh(contract(W_h, gated, over="joined", to=("way", "query", "match")), name="matches", symbol="h")


def mixed_matches(matches: Step, W: Mapping[str, Step]) -> Step:
    """The ways mixed word by word, by attention over them: (query, mixed)."""
    sums = add(linear(W["W_1"], matches), linear(W["W_2"], W["v_a"]), to=("way", "query", "hidden"))
    scores = voted_scores(sums, W["v"], ("query", "way"), "mixing scores", "r")
    shares = softmax(scores, along="way", name="mixing weights", symbol=r"\gamma")
    mixture = contract(shares, matches, over="way", name="mixture", symbol="m")
    return tanh(linear(W["W_mix"], mixture), name="understood", symbol="h^o")


def class_probabilities(h: Step, Q: Step, W: Mapping[str, Step]) -> Step:
    """Q in one row by a learned query, P in one row with that row as the query, and the classes of it."""
    sums = add(linear(W["W_q1"], Q), linear(W["W_q2"], W["v_0"]), to=("key", "hidden"))
    scores = voted_scores(sums, W["v_q"], ("key",), "scores of Q", "e^q")
    of_Q = softmax(scores, along="key", name="weights of Q", symbol=r"\alpha^q")
    r_q = contract(of_Q, Q, over="key", name="Q in one row", symbol="r^q")
    sums = add(linear(W["W_p1"], h), linear(W["W_p2"], r_q), to=("query", "hidden"))
    scores = voted_scores(sums, W["v_p"], ("query",), "scores of P", "e^p")
    of_P = softmax(scores, along="query", name="weights of P", symbol=r"\alpha^p")
    r_p = contract(of_P, h, over="query", name="P in one row", symbol="r^p")
    return softmax(linear(W["W_o"], r_p), along="class", name="output", symbol="p")


def picture(trace: Trace) -> tuple[Picture, ...]:
    """The weights of the four ways, and the weight of each way for every word."""
    weights = trace["attention weights"]
    shares = trace["mixing weights"]
    ways = weights.axis("way").labels
    maps = tuple(index(weights, "way", n, name=way, symbol=rf"\alpha^{way[0]}") for n, way in enumerate(ways))
    words = shares.axis("query").labels
    trust = Bars(
        say("The weights of the four ways, for each word."),
        words,
        rows(ways, shares.value.T),
        say("share"),
        stacked=True,
    )
    return Matrices(say("The same two sentences, compared in four ways."), maps), trust
