"""How much of the first token is left at the end of a text: two stories that differ in it, read in two ways.

The distance between the two results measures the memory, of a recurrence and of attention.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from attention_core.blocks.measures import norm
from attention_core.blocks.naming import step_namer
from attention_core.blocks.recurrent import bare_cell
from attention_core.engine.axes import Axis
from attention_core.engine.language import label_said, say
from attention_core.engine.ops import concat, index, stack, subtract, take
from attention_core.engine.step import Array, Step
from attention_core.engine.trace import Trace
from attention_core.lesson.pictures import Bars, Curves, rows

STORIES = Axis("story", ("as told", "other start"))

RHOS = (0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
READERS = Axis("reader", ("recurrence", "attention"))
TURN = [
    [float(np.cos(np.pi / 6)), -0.5],
    [0.5, float(np.cos(np.pi / 6))],
]  # by 30 degrees


def paired_stories(X: Step, other: Step) -> Step:
    """X (token, feature) as it is and with another first token: (story, token, feature). other (feature)."""
    rest = (take(X, "token", 1),) if X.size("token") > 1 else ()
    changed = concat(other, *rest, along="token", labels=X.axis("token").labels, to=("token", "feature"))
    return stack(X, changed, along=STORIES, to=("story", "token", "feature"), name="two stories", symbol=r"\hat X")


def recurrent_distances(stories: Step, W: Step) -> list[Step]:
    """The distance between the two states of h = tanh(x + W h) after each token of stories (story, token, feature)."""
    cell = bare_cell(W)
    states = list[Step]()
    found = list[Step]()
    for t in range(stories.size("token")):
        namer = step_namer("token", t + 1)
        before = states[-1] if states else None
        states.append(cell(index(stories, "token", t), before, namer))
        found.append(story_distance(states[-1], **namer("distance", "m")))
    return found


def story_distance(x: Step, name: str = "", symbol: str = "") -> Step:
    """The distance between the results x (story, feature) for the two stories."""
    return norm(subtract(index(x, "story", 0), index(x, "story", 1)), "feature", name=name, symbol=symbol)


def first_token_distance(trace: Trace) -> float:
    """The distance between the two first tokens."""
    return float(np.linalg.norm(trace["X"].value[0] - trace["other"].value))


def extended_text(X: Array, reach: int) -> Array:
    """X followed by its last two tokens in turn, up to `reach` tokens; the first token does not come again."""
    filler = X[1:][-2:] if len(X) > 1 else np.zeros_like(X)
    return np.vstack([X, *(filler[n % len(filler)] for n in range(reach - len(X)))])


def attention_distances(scores: Array, stories: Array) -> tuple[float, ...]:
    """The distance between the contexts of both stories if they end after token 1, 2, ...; scores (story, token)."""
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))[..., None]
    contexts = np.cumsum(exponentials * stories, axis=1) / np.cumsum(exponentials, axis=1)
    return tuple(np.linalg.norm(contexts[0] - contexts[1], axis=-1).tolist())


def memory_curves(longer: Mapping[float, Trace], matches: Iterable[float], here: tuple[int, Step]) -> Curves:
    """Both memories over the length of a text, for several rho and several matches.

    here: a length and the memories (reader) at that length.
    """
    lines = {}
    for rho, trace in longer.items():
        kept = trace.series["token"]["distance"].values()
        lines[say("recurrence, ρ {rho:g}", rho=rho)] = tuple(float(step.value) for step in kept)
        stories = trace["two stories"].value
        query = trace["q"].value
    lines |= {say("attention, match {c:g}", c=c): attention_distances(c * (stories @ query), stories) for c in matches}
    length, memory = here
    marks = {
        say("your {name}", name=label_said(name)): (float(length), float(m))
        for name, m in zip(READERS.labels, memory.value, strict=True)
    }
    x = tuple(float(t + 1) for t in range(len(kept)))
    caption = say("The distance at the end between two texts that differ in the first token.")
    return Curves(caption, x, lines, say("tokens read"), "memory", marks, log_y=True)


def first_token_bars(parts: Mapping[str, Array]) -> Bars:
    """The first two features of each part (story, feature), a bar for each story."""
    names = tuple(f"{name} · {n + 1}" for name, part in parts.items() for n in range(min(2, part.shape[1])))
    features = np.hstack([part[:, :2] for part in parts.values()])
    return Bars(
        say("What is left of the first token: feature 1 and 2."), names, rows(STORIES.labels, features), "value"
    )
