"""Attention with positive features in place of exponentials, so that the products can be computed in another order."""

from __future__ import annotations

from dataclasses import replace

from attention_core.blocks.attention import scaled_dot_product
from attention_core.blocks.naming import step_namer
from attention_core.engine.language import say
from attention_core.engine.ops import add, concat, contract, divide, exp, relu, subtract, sum_over, take
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Curves, Matrices

ONE_BY_ONE = 12  # tokens that get steps of their own; of more, all are computed at once


def positive_features(x: Step, name: str, symbol: str) -> Step:
    """elu(x) + 1, which is x + 1 from 0 upwards and e^x below. Katharopoulos et al. 2020, eq. 7."""
    above = relu(x)
    return add(above, exp(subtract(x, above)), name=name, symbol=symbol)  # its derivative at 0 is 1


def implied_weights(queries: Step, keys: Step, visible: Step | None) -> Step:
    """The weights (query, key) that are never computed in linear time: similarities over the sum of their row."""
    similar = contract(queries, keys, over="feature", name="similarities", symbol="G")
    masked = contract(similar, visible) if visible else similar
    return divide(masked, sum_over(masked, over="key"), name="implied weights", symbol="A")


def linear_output(queries: Step, keys: Step, V: Step, visible: Step | None) -> Step:
    """phi(Q) (phi(K)^T V) over its normaliser: (query, value).

    Where `visible` hides later tokens, token by token as long as there are at most ONE_BY_ONE.
    """
    if visible and V.size("key") <= ONE_BY_ONE:
        return recurrent_outputs(queries, keys, V)
    return normalised_output(queries, *state_and_normaliser(keys, V, visible))


def state_and_normaliser(keys: Step, V: Step, visible: Step | None) -> tuple[Step, Step]:
    """phi(K)^T V and phi(K)^T 1; with `visible`, one of each for every query, over its visible keys."""
    mask = (visible,) if visible else ()
    path = "all tokens/" if visible else ""
    state = contract(*mask, keys, V, over="key", name=f"{path}state", symbol="S")
    return state, contract(*mask, keys, over="key", name=f"{path}normaliser", symbol="z")


def normalised_output(queries: Step, state: Step, normaliser: Step, name: str = "output", symbol: str = "O") -> Step:
    """phi(Q) state over phi(Q) normaliser: (query, value)."""
    numerator, denominator = (contract(queries, each, over="feature") for each in (state, normaliser))
    return divide(numerator, denominator, name=name, symbol=symbol)


def recurrent_outputs(queries: Step, keys: Step, V: Step) -> Step:
    """Causal linear attention as a recurrent network: state and normaliser are carried from token to token.

    Katharopoulos et al. 2020, eqs. 16 to 20.
    """
    rows: list[Step] = []
    kept: tuple[Step, ...] = ()
    for t in range(1, V.size("key") + 1):
        q, k, v = (take(x, x.axes[0].name, t - 1, t) for x in (queries, keys, V))
        namer = step_namer("token", t)
        state = add(*kept[:1], contract(k, v, over="key"), **namer("state", "S"))
        normaliser = add(*kept[1:], sum_over(k, over="key"), **namer("normaliser", "z"))
        kept = state, normaliser
        rows.append(normalised_output(q, state, normaliser, **namer("output", "o")))
    return concat(*rows, along="query", name="output", symbol="O")


def multiplications(n: float, width: float) -> tuple[float, float]:
    """Multiplications for n tokens, keys and values of one width: (Q K^T) V, then Q (K^T V)."""
    return 2 * n * n * width, 2 * n * width * width


def crossover_curves(n: int, width: int = 64) -> Curves:
    """Multiplications in both orders over the number of tokens: they are equal at as many tokens as features."""
    lengths = tuple(float(2**e) for e in range(1, 17))
    counts = tuple(zip(*(multiplications(length, width) for length in lengths), strict=True))
    series = dict(zip((say("first queries times keys"), say("first keys times values")), counts, strict=True))
    marks = {say("equal: as many tokens as features"): (float(width), multiplications(width, width)[0])}
    marks[say("your {n} tokens", n=n)] = (float(n), multiplications(n, width)[1])
    caption = say("Multiplications for tokens {width} features wide, in the two orders.", width=width)
    return Curves(caption, lengths, series, "tokens", "multiplications", marks, log_x=True, log_y=True)


def compared_with_softmax(trace: Trace) -> tuple[Matrices, Matrices]:
    """The implied weights and the output beside those of softmax attention on the same numbers.

    Linear attention is another kernel, not an approximation of softmax.
    """
    visible = next((step for step in trace.inputs if step.name == "visible"), None)
    soft = Trace.of(scaled_dot_product(trace["Q"], trace["K"], trace["V"], visible))
    weights = replace(soft["attention weights"], name="softmax weights", symbol="A'")
    output = replace(soft.output, name="softmax output", symbol="O'")
    change = subtract(trace.output, output, name="difference", symbol=r"\Delta")
    first = Matrices(say("The implied weights, and those of softmax attention."), (trace["implied weights"], weights))
    return first, Matrices(
        say("Its output, that of softmax attention, and how far they are apart."), (trace.output, output, change)
    )
