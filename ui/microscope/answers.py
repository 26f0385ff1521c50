"""What the microscope is asked, and its answers as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count as counting
from typing import Any

import numpy as np

from attention_core.engine import expression as ex
from attention_core.engine.language import say
from attention_core.engine.ops import contract
from attention_core.engine.step import Array, Step
from attention_core.models import Edit, KnownModel, Model, ModelError, ModelTrace, Token, known_models, open_model
from attention_core.models.edits import as_edit
from attention_stage.formulas import mathml
from ui.jobs import Shelf
from ui.memory import give_back
from ui.wire import (
    WireArithmetic,
    WireCompared,
    WireGradient,
    WireGuess,
    WireLens,
    WireModel,
    WireNext,
    WireOne,
    WireOpened,
    WireRun,
    WireSet,
    WireSimilar,
    WireToken,
    WireWindow,
    WireWritten,
)

from .cells import Rest, arithmetic, finite, found, gathered, named, window
from .differences import LISTED, changed, said_of
from .discoveries import RECORDED
from .heads import head_answer
from .maps import shares_written
from .measures import measured
from .texts import ReadText, read, recorded
from .uploads import TITLE, UPLOADED, forgetting, upload_of

MOST_TOKENS = 128
MOST_CHARACTERS = 4000
MOST_WRITTEN = 24
MOST_SWITCHES = 400
LENS = 3  # of each layer
OTHERS = 4  # beside a token that was written
TEXTS = Shelf[ReadText](400_000_000)
GIVEN_BACK = 10  # texts read until what the forgotten ones leave free goes back to the machine
_MADE = counting(1)
_ABOUT = ("model", "text", "without", "edits", "session")


@dataclass(frozen=True)
class Asked:
    """A question: which model, which text, what is switched off and set by hand there, and what else it says."""

    model: str
    text: str
    without: tuple[tuple[int, ...], ...] = ()
    edits: tuple[Edit, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Any, ...]:
        """What the text that was read depends on."""
        return self.model, self.text, self.without, self.edits

    @property
    def plain(self) -> Asked:
        """The same text with nothing switched off and nothing set by hand."""
        return Asked(self.model, self.text)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is switched off or set by hand."""
        return not self.without and not self.edits

    def get(self, name: str, default: Any = None) -> Any:
        """One of the other fields."""
        return self.more.get(name, default)

    def number(self, name: str, least: float, most: float, default: float) -> float:
        """A field that is a number within bounds. Raises ModelError for another one."""
        value = self.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise ModelError(
                say(
                    "The {name} has to be a number from {least:g} to {most:g}.",
                    name=name.replace("_", " "),
                    least=least,
                    most=most,
                )
            )
        return value


def asked_of(message: Any) -> Asked:
    """The question that a message puts. Raises ModelError where it is none."""
    if not isinstance(message, dict):
        raise ModelError(say("This is no question to the microscope."))
    model, text = message.get("model"), message.get("text", "")
    without, edits = message.get("without", []), message.get("edits", [])
    if not isinstance(model, str) or not isinstance(text, str):
        raise ModelError(say("A question names a model and a text."))
    if not isinstance(without, list) or not isinstance(edits, list):
        raise ModelError(say("A question lists what is switched off and what is set by hand."))
    if len(without) > MOST_SWITCHES:
        raise ModelError(say("At most {most_switches} parts can be switched off at once.", most_switches=MOST_SWITCHES))
    switches = tuple(sorted(tuple(each) if isinstance(each, list) else (each,) for each in without))
    more = {name: value for name, value in message.items() if name not in _ABOUT}
    if model == UPLOADED:
        model = f"{UPLOADED} {message.get('session')}"  # an answer is kept for this session alone
    return Asked(model, text, switches, tuple(as_edit(each) for each in edits), more)


# --- texts ------------------------------------------------------------------------------------------------------------

forgetting.append(lambda session: TEXTS.forget(session))

PROGRESS: dict[str, float] = {}  # how much of a model is converted, by its key, while it is being opened


def known(key: str) -> KnownModel:
    """The model of a key. Raises ModelError where there is none."""
    model = next((each for each in known_models() if each.key == key), None)
    if model is None:
        raise ModelError(say("There is no model “{key}” here; the recorded run needs none.", key=key[:80]))
    return model


def opened(key: str) -> Model:
    """The model of a key, open. Raises ModelError where there is none."""
    kind, _, session = key.partition(" ")
    place = upload_of(session).place if kind == UPLOADED else known(key).place
    try:
        return open_model(place, progress=lambda share: PROGRESS.update({key: share}))
    finally:
        PROGRESS.pop(key, None)


def text_of(asked: Asked) -> ReadText:
    """The text as it was read, from the shelf where it is there.

    Raises ModelError for an unknown model, a text without words or one that is too long, and for what cannot be
    switched off or set by hand.
    """
    if asked.model == RECORDED:
        return _as_recorded(asked)
    kept = TEXTS.get(asked.key)
    if kept is None:
        made = read(_traced(asked) if asked.is_plain else _changed_trace(asked))
        kept = TEXTS.put(asked.key, made, made.nbytes)
        if next(_MADE) % GIVEN_BACK == 0:
            give_back()
    return kept


def _as_recorded(asked: Asked) -> ReadText:
    if not asked.is_plain:
        raise ModelError(say("To change parts of a model needs the model itself, and what you see here was recorded."))
    return recorded()


def _changed_trace(asked: Asked) -> ModelTrace:
    whole = text_of(asked.plain).ran
    return (whole.without(*asked.without) if asked.without else whole).edited(*asked.edits)


def _traced(asked: Asked) -> ModelTrace:
    if not asked.text.strip():
        raise ModelError(say("Type a sentence, and it is read."))
    if len(asked.text) > MOST_CHARACTERS:
        raise ModelError(
            say(
                "The text has {count:,} characters, and at most {most_characters:,} are read here.",
                count=len(asked.text),
                most_characters=MOST_CHARACTERS,
            )
        )
    model = opened(asked.model)
    count = len(model.tokens(asked.text))
    if count > MOST_TOKENS:
        raise ModelError(
            say(
                "The text has {count} tokens, and at most {most_tokens} are read here.",
                count=count,
                most_tokens=MOST_TOKENS,
            )
        )
    return model.trace(asked.text)


def is_read(asked: Asked) -> bool:
    """Whether the text is on the shelf, so that a small question about it is answered at once."""
    return asked.model == RECORDED or TEXTS.get(asked.key) is not None


def uploaded(asked: Asked) -> WireModel:
    """The model that was uploaded in a session, once it can be opened; what cannot be opened is deleted."""
    upload = upload_of(asked.model.partition(" ")[2])
    try:
        model = opened(asked.model)
    except ModelError:
        upload.clear()
        raise
    return {
        "key": UPLOADED,
        "title": say(TITLE),
        "about": say("{layers} layers of {heads} heads.", layers=model.config.layers, heads=model.config.heads),
    }


# --- the first view ---------------------------------------------------------------------------------------------------


def run_answer(asked: Asked) -> WireRun:
    """Tokens, and the weights and measures of all heads; where a part is changed, what follows from that."""
    text = text_of(asked)
    answer: WireRun = {
        "title": text.title,
        "kind": text.kind,
        "tokens": [_token(token) for token in text.tokens],
        "layers": len(text.layers),
        "heads": len(text.layers[0]),
        "maps": shares_written(np.concatenate(text.layers)),
        "measures": measured(text.layers, [token.id for token in text.tokens]),
    }
    if not asked.is_plain:
        answer["changed"] = changed(text_of(asked.plain), text)
        answer["settings"] = [_setting(text.ran, edit) for edit in text.ran.edits]
    if text.trace is not None:
        answer["steps"] = [step.name for step in text.trace.steps]
        answer["weights"] = list(text.model.weights.names)
    return answer


def _token(token: Token) -> WireToken:
    return {"id": token.id, "piece": token.piece}


def _setting(trace: ModelTrace, edit: Edit) -> WireSet:
    step = (trace.whole or trace)[edit.step]
    before = finite(step.value[edit.at])
    return {
        "step": edit.step,
        "at": list(edit.at),
        "named": named(step, edit.at),
        "before": before,
        "value": edit.value,
    }


def compared(asked: Asked) -> WireCompared:
    """Another run beside this one: another text, another model, or the same text with nothing changed."""
    against = asked_of(asked.get("against"))
    one, other = text_of(asked), text_of(against)
    same_places = [layer.shape for layer in one.layers] == [layer.shape for layer in other.layers]
    return {
        "other": run_answer(against),
        "changed": changed(other, one, asked.model == against.model) if same_places else None,
        "said": said_of(one, other),
    }


# --- one head, one step, one cell -------------------------------------------------------------------------------------


def opened_head(asked: Asked) -> WireOpened:
    """An opened head: exact weights, and its computation for the stage."""
    text = text_of(asked)
    query = int(asked.number("query", 0, len(text.tokens) - 1, 0))
    layer, head = int(asked.number("layer", 1, 1e4, 1)), int(asked.number("head", 1, 1e4, 1))
    return head_answer(text, layer, head, query)


def values(asked: Asked) -> WireWindow:
    """A window of the values of a step or a weight; where parts are changed, with the values without the changes."""
    name, at = asked.get("step"), asked.get("at", [])
    answer = window(found(text_of(asked).ran, name), at)
    before = _unchanged(asked, name)
    if before is not None:
        answer["before"] = window(before, at)["cells"]
    return answer


def cell(asked: Asked) -> WireArithmetic:
    """The arithmetic of a cell; where parts are changed, with the number without the changes."""
    trace, name = text_of(asked).ran, asked.get("step")
    step, at = found(trace, name), asked.get("at", [])
    fixed = any(edit.step == name and list(edit.at) == at for edit in trace.edits)
    answer = arithmetic(step, at, fixed)
    before = _unchanged(asked, name)
    if before is not None:
        answer["before"] = finite(before.value[tuple(answer["at"])])
    return answer


def _unchanged(asked: Asked, name: Any) -> Step | None:
    """The step in the text with nothing changed; None where nothing is, or where it has no such step."""
    if asked.is_plain:
        return None
    trace = text_of(asked.plain).ran
    return trace[name] if name in trace or name in text_of(asked).model.weights else None


def gradient(asked: Asked) -> WireGradient:
    """Gradient times input of one cell for every token's vector and every head's output: exact, by reverse mode."""
    trace = text_of(asked).ran
    step = found(trace, asked.get("step"))
    if step.primitive is None:
        raise ModelError(say("{step} is given, not computed: nothing of the text is behind it.", step=step.name))
    at = tuple(asked.get("at", []))
    assert trace.start
    X = trace.start.X
    names = [f"layer {n}/head outputs" for n in range(1, _layers(trace) + 1)]
    heads = [trace[name] for name in names if name in trace]
    back = trace.gradients(step.name, at, [X, *heads])
    of_token = _times_input(back, X, "model")
    return {
        "name": step.name,
        "at": list(at),
        "value": finite(step.value[at]),
        "tokens": [float(each) for each in of_token] if of_token is not None else None,
        "heads": [_of_heads(back, trace, name) for name in names],
    }


def _layers(trace: ModelTrace) -> int:
    assert trace.run
    return trace.run.config.layers


def _times_input(back: Any, step: Any, over: str) -> Array | None:
    """Gradient times value, summed over all axes but the first; None where no gradient arrives."""
    name = f"gradient of {step.name}"
    if name not in back:
        return None
    product = back[name].value.astype(float) * step.value.astype(float)
    summed: Array = product.reshape(len(product), -1).sum(1)
    return summed


def _of_heads(back: Any, trace: ModelTrace, name: str) -> list[float] | None:
    found = _times_input(back, trace[name], "value") if name in trace else None
    return None if found is None else [float(each) for each in found]


# --- what comes out ---------------------------------------------------------------------------------------------------


def _choice(asked: Asked, coldest: float = 0.05) -> dict[str, Any]:
    """Temperature, top-k and top-p of a question. coldest: the lowest temperature there is."""
    top_k = asked.get("top_k")
    top_p = asked.get("top_p")
    return {
        "temperature": float(asked.number("temperature", coldest, 10, 1)),
        "top_k": None if top_k is None else int(asked.number("top_k", 1, 1e6, 1)),
        "top_p": None if top_p is None else float(asked.number("top_p", 1e-6, 1, 1)),
    }


def _first(words: Sequence[str], shares: Array, count: int) -> list[WireGuess]:
    """The likeliest words, first to last, those without any share among them."""
    order = np.argsort(-shares, kind="stable")[:count]
    return [{"id": int(n), "piece": words[n], "probability": float(shares[n])} for n in order]


def next_tokens(asked: Asked) -> WireNext:
    """The likeliest next tokens, and how many are left in the choice."""
    chosen = text_of(asked).ran.next_tokens(**_choice(asked)).output
    return {
        "next": _first(chosen.axis("word").labels, chosen.value, LISTED),
        "kept": int((chosen.value > 0).sum()),
    }


def lens(asked: Asked) -> WireLens:
    """What every layer would say after a token."""
    trace = text_of(asked).ran
    token = int(asked.number("token", 0, len(trace.tokens) - 1, len(trace.tokens) - 1))
    shares = trace.lens(token).output
    words = shares.axis("word").labels
    rows = zip(shares.axes[0].labels, shares.value, strict=True)
    return {"token": token, "levels": [{"layer": label, "guesses": _first(words, row, LENS)} for label, row in rows]}


def written(asked: Asked) -> WireWritten:
    """Tokens written on, one by one; each with what else might have come, and the keys that the cache then holds."""
    text = text_of(asked)
    most = int(asked.number("most", 1, MOST_WRITTEN, 8))
    seed = int(asked.number("seed", 0, 2**31, 0))
    changes: dict[str, Any] = {"without": asked.without, "edits": asked.edits}
    found = text.model.generate(asked.text, most, seed=seed, **changes, **_choice(asked, coldest=0))
    start = len(text.tokens)
    return {"written": [_one_written(each, start + n) for n, each in enumerate(found)]}


def _one_written(each: Any, cached: int) -> WireOne:
    output = each.choice.output
    return {
        "id": each.token.id,
        "piece": each.token.piece,
        "probability": each.probability,
        "cached": cached,
        "others": _first(output.axis("word").labels, output.value, OTHERS),
    }


def similar(asked: Asked) -> WireSimilar:
    """The cosine of two sentences' vectors, with its arithmetic."""
    model, other = opened(asked.model), asked.get("other", "")
    if not isinstance(other, str) or not other.strip():
        raise ModelError(say("Type a second sentence, and both are compared."))
    model.require("encoder")
    one, two = (text_of(Asked(asked.model, each)).ran.output for each in (asked.text, other))
    two = replace(two, name="other sentence vector", symbol="s'")
    cosine = contract(one, two, over="model", name="similarity", symbol=r"\cos")
    rests: list[Rest] = []
    line = ex.line(gathered(ex.ground(cosine.expression, {}), rests), float(cosine.value))
    return {
        "similarity": float(cosine.value),
        "numbers": mathml(rf"\cos = {line.numbers} {line.end}"),
        "rest": rests[0].count if rests else 0,
    }


@dataclass(frozen=True)
class Question:
    """How a question is answered. light: at once where the text is read already, without waiting in the queue.

    kept: whether the answer is kept for who asks next.
    """

    answer: Callable[[Asked], Mapping[str, Any]]
    light: bool = False
    kept: bool = True


QUESTIONS: Mapping[str, Question] = {
    "run": Question(run_answer),
    "compare": Question(compared),
    "head": Question(opened_head, light=True),
    "values": Question(values, light=True),
    "cell": Question(cell, light=True),
    "gradient": Question(gradient),
    "next": Question(next_tokens),
    "lens": Question(lens),
    "write": Question(written),
    "similar": Question(similar),
    "upload": Question(uploaded, kept=False),
}
