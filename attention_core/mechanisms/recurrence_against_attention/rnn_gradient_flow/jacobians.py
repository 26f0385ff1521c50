"""Jacobians of the end of a text with respect to every token before it: of a recurrence, and of attention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attention_core.blocks.measures import identity, norm
from attention_core.blocks.naming import step_namer
from attention_core.blocks.recurrent import stack_rows
from attention_core.blocks.scores import over_root
from attention_core.engine.axes import Axis
from attention_core.engine.language import say, to_say
from attention_core.engine.ops import add, contract, index, rename, scale, shift, softmax, square, stack, subtract
from attention_core.engine.step import Array, Step, source
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Curves
from attention_core.mechanisms.recurrence_against_attention.memory_probe import READERS


def recurrent_jacobians(states: Sequence[Step], W: Step, squash: bool, eye: Step) -> list[Step]:
    """d(last state)/d(input at t), (unit, feature) for each t: one more matrix product for every token back.

    With h = tanh(x + W h'): J_T = diag(1 - h_T^2), J_t = J_{t+1} W diag(1 - h_t^2). eye (unit, feature).
    Pascanu, Mikolov and Bengio 2013, equation 5.
    """
    found: list[Step] = []
    for t in range(len(states), 0, -1):
        namer = step_namer("back", t)
        slope = shift(scale(square(states[t - 1]), -1.0), 1.0, **namer("slope", r"\phi'")) if squash else None
        found.append(_chain_rule(found[-1] if found else None, W, slope, eye, namer("Jacobian", "J")))
    return found[::-1]


def _chain_rule(later: Step | None, W: Step, slope: Step | None, eye: Step, names: dict[str, str]) -> Step:
    """J_t from the Jacobian of the next token, the recurrent weights and the derivative of the tanh."""
    slopes = [slope] if slope else []
    if later is None:
        return contract(eye, *slopes, to=("unit", "feature"), **names)
    slopes = [rename(slope, "feature", "before") for slope in slopes]
    return rename(contract(later, W, *slopes, over="feature", to=("unit", "before")), "before", "feature", **names)


def attention_jacobians(x: Step, eye: Step) -> Step:
    """d(context of the last token)/d(token j), (token, unit, feature), with tokens as queries, keys and values.

    a_j (I + (x_j - y) x_T^T / sqrt(d)); and for the last token, which is the query too, also
    sum_j a_j (x_j - y) x_j^T / sqrt(d). x (token, feature), eye (unit, feature).
    """
    last = index(x, "token", x.size("token") - 1)
    width = x.size("feature")
    order = ("token", "unit", "feature")
    scores = over_root(contract(x, last, over="feature"), width, "d", name="scores", symbol="s")
    weights = softmax(scores, along="token", name="attention weights", symbol="a")
    context = contract(weights, x, over="token", name="read-out", symbol="y")
    deviations = rename(subtract(x, context), "feature", "unit", name="deviations", symbol="D")
    value = contract(weights, eye, to=order, name="as a value", symbol="J^v")
    key = over_root(contract(weights, deviations, last, to=order), width, "d", name="as a key", symbol="J^k")
    query_slope = over_root(contract(weights, deviations, x, over="token"), width, "d")
    is_last = source("asking", np.eye(x.size("token"))[-1], (x.axis("token"),), symbol="e")
    query = contract(is_last, query_slope, to=order, name="as the query", symbol="J^q")
    return add(value, key, query, name="attention Jacobian", symbol="J^a")


def both_norms(recurrent: Sequence[Step], attention: Step) -> Step:
    """The Frobenius norm of every Jacobian: (reader, token)."""
    over = ("unit", "feature")
    norms = (norm(stack_rows(recurrent, attention.axis("token")), over), norm(attention, over))
    return stack(*norms, along=READERS, to=("reader", "token"), name="gradient norms", symbol="g")


def identity_jacobian(axis: Axis) -> Step:
    """The identity as (unit, feature)."""
    return identity(axis.renamed("unit"), axis.name)


# --- pictures ---------------------------------------------------------------------------------------------------------

DISTANCE = to_say("tokens before the last one")
NORM = to_say("norm of the gradient")


def norms_over_distance(trace: Trace) -> Curves:
    """Both norms over the distance from the end, and that of the recurrence if its tanh had derivative 1."""
    norms = trace["gradient norms"].value
    rho = trace.options["rho"]
    lines = {
        say("recurrence, ρ {rho:g}", rho=rho): norms[0],
        say("powers of W, ρ {rho:g}", rho=rho): power_norms(trace["R"].value, rho, norms.shape[1]),
        say("attention"): norms[1],
    }
    series = {name: tuple(map(float, line[::-1])) for name, line in lines.items()}
    x = tuple(map(float, range(norms.shape[1])))
    return Curves(
        say("How much the end depends on a token, over its distance."), x, series, say(DISTANCE), say(NORM), log_y=True
    )


def norms_over_rho(trace: Trace, others: dict[float, Trace]) -> Curves:
    """The norm of the gradient of the first token, over rho."""
    rhos = tuple(others)
    (here, attention) = trace["gradient norms"].value[:, 0]
    series = {
        say("recurrence"): tuple(float(each["gradient norms"].value[0, 0]) for each in others.values()),
        say("powers of W"): tuple(
            float(power_norms(trace["R"].value, rho, trace["X"].size("token"))[0]) for rho in rhos
        ),
        say("attention"): (float(attention),) * len(rhos),
    }
    mark = {say("your ρ"): (trace.options["rho"], float(here))}
    return Curves(
        say("How much the end depends on the first token, over ρ."), rhos, series, "ρ", say(NORM), mark, log_y=True
    )


def power_norms(R: Array, rho: float, T: int) -> Array:
    """The Frobenius norm of (rho R)^(T - t) for every token t."""
    sizes = (np.linalg.norm(np.linalg.matrix_power(rho * R, T - t)) for t in range(1, T + 1))
    return np.array(list(sizes))
