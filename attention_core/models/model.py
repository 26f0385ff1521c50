"""A trained model, and what a text becomes in it: every number of every layer as steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from attention_core.engine.changed import followed
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract
from attention_core.engine.step import Step, ancestors
from attention_core.engine.trace import Trace

from . import bert, gpt2, llama
from .configs import Config
from .edits import Edit, EditLike, by_step, read_edits
from .errors import ModelError
from .files import amount
from .language import Guess, lens, likeliest, logits, next_tokens
from .run import Earlier, Run, Start
from .switches import Off, Switch, read_switches
from .texts import Token, TokenReader
from .weights import Weights

FAMILIES: Mapping[str, Any] = {"bert": bert, "gpt2": gpt2, "llama": llama}
MOST_OF_A_TRACE = 2**30  # bytes of all numbers of one trace; a longer text is refused


@dataclass(frozen=True, eq=False)
class ModelTrace(Trace):
    """The steps of one text in a model; `trace["layer 3/attention weights"]` looks one up.

    `trace["layer 3/W_q"]` finds weights too, which are not among `steps`: they are the model's, and all texts share
    them. run: tokens, and what is switched off. start: what the text begins with. edits: numbers set by hand. whole:
    the trace without these edits; None where there are none.
    """

    model: Model | None = None
    run: Run | None = None
    start: Start | None = None
    edits: tuple[Edit, ...] = ()
    whole: ModelTrace | None = None

    def __getitem__(self, name: str) -> Step:
        if name in self._by_name:
            return self._by_name[name]
        if name in self._run.weights:
            return self._run.weights[name]
        raise KeyError(f"no step {name!r}; there are {', '.join(self._by_name)}")

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> Mapping[str, Step]:
        return {step.name: step for step in self.steps}

    @property
    def _run(self) -> Run:
        assert self.run
        return self.run

    @property
    def _model(self) -> Model:
        assert self.model
        return self.model

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the text."""
        return self._run.tokens

    @property
    def nbytes(self) -> int:
        """The bytes of all numbers that were computed for this text, shown or not."""
        made = (step.value for step in ancestors((self.output,)) if not self._model.weights.is_weight(step))
        whole = {id(value if value.base is None else value.base): value.nbytes for value in made}
        return sum(whole.values())

    def gradients(self, of: str = "output", at: tuple[int, ...] = (), wanted: Collection[Step] | None = None) -> Trace:
        """The gradient of one cell for every step before it, as in `Trace.gradients`.

        wanted: None for all steps of the text. Those of weights, `trace["layer 3/W_q"]`, have to be asked for: all
        together take as much memory again as the model has.
        """
        return super().gradients(of, at, self.steps if wanted is None else wanted)

    def without(self, *switches: Switch) -> ModelTrace:
        """The same text with these parts switched off, and no others. Layers before the first of them are shared."""
        whole = self.whole or self
        off = read_switches(switches, self._run.config, len(self.tokens))
        return self._model.forward(whole._run, off, whole).edited(*self.edits)

    def edited(self, *edits: EditLike) -> ModelTrace:
        """The same text with these numbers set by hand, and no others: each the name of a step or weight, a cell of it
        (0-based), and the number. What follows from no edit is shared.

        Raises ModelError, naming step and cell, for what is not there; InputError where a number that follows from an
        edit is not finite.
        """
        whole = self.whole or self
        read = read_edits(edits, whole)
        return whole._model.with_edits(whole, read) if read else whole

    # --- language models ----------------------------------------------------------------------------------------------

    def next_tokens(self, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None) -> Trace:
        """The probabilities of all words after the last token, as steps; see `language.next_tokens`."""
        self._model.require("language model")
        return next_tokens(self["logits"], temperature, top_k, top_p)

    def likeliest(self, count: int = 8, **choice: Any) -> tuple[Guess, ...]:
        """The likeliest next words. choice: temperature, top_k and top_p of `next_tokens`."""
        return likeliest(self.next_tokens(**choice).output, count)

    def lens(self, token: int = -1) -> Trace:
        """What every layer would say after a token, as steps; the last is "lens probabilities", (layer, word)."""
        self._model.require("language model")
        levels = {"0": self._start.X} | {str(n): self[f"layer {n}/output"] for n in self._layers}
        return lens(self._run, levels, range(len(self.tokens))[token])

    @property
    def _start(self) -> Start:
        assert self.start
        return self.start

    @property
    def _layers(self) -> range:
        return range(1, self._run.config.layers + 1)

    def cache(self) -> Earlier:
        """The keys and values of this text and of what came before, as a cache keeps them for the next token."""
        kept = {n: (self._kept(n, "keys", "K"), self._kept(n, "values", "V")) for n in self._layers if self._has(n)}
        return Earlier(self._run.earlier.count + len(self.tokens), kept)

    def _has(self, n: int) -> bool:
        return f"layer {n}/keys" in self

    def _kept(self, n: int, what: str, symbol: str) -> Step:
        names = (f"layer {n}/{each} {what}".replace("  ", " ") for each in ("all", "rotated"))
        found = next((self[name] for name in names if name in self), None) or self[f"layer {n}/{what}"]
        return Step(f"layer {n}/cached {what}", rf"{symbol}^{{\mathrm{{cached}}}}", found.value, found.axes)


class Model:
    """A trained model that texts run through. `open_model` makes one.

    name: what it is called. place: its folder or file. config: its sizes. precision: "float32" or "float64". Its
    weights are mapped from disk, and all who use the model share them; a trace takes `bytes_for` of memory.
    """

    def __init__(self, name: str, place: Path, config: Config, reader: TokenReader, weights: Weights) -> None:
        self.name, self.place = name, place
        self.config, self.weights, self.precision = config, weights, weights.precision
        self._reader = reader

    def __repr__(self) -> str:
        c = self.config
        return f"Model({self.name!r}, {c.family}, {c.layers} layers of {c.heads} heads, {self.precision})"

    @property
    def kind(self) -> str:
        """ "encoder" or "language model"."""
        return "language model" if self.config.causal else "encoder"

    def require(self, kind: str) -> None:
        """Raise ModelError unless the model is of this kind."""
        if self.kind != kind:
            raise ModelError(
                say(
                    "{value} is of the kind {kind}, and this needs the kind {kind_2}.",
                    value=self.name,
                    kind=self.kind,
                    kind_2=kind,
                )
            )

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text with their ids and pieces, as the model reads them."""
        return self._reader.read(text)

    def text(self, tokens: Iterable[Token]) -> str:
        """The text that tokens make together."""
        return self._reader.text(token.id for token in tokens)

    # --- memory -------------------------------------------------------------------------------------------------------

    def bytes_for(self, tokens: int) -> int:
        """How many bytes the trace of a text with so many tokens takes at most."""
        c = self.config
        in_layer = tokens * (20 * c.width + 5 * c.hidden) + 4 * c.heads * tokens**2
        words = tokens * c.vocabulary if c.causal else 0
        numbers = c.layers * in_layer + 16 * tokens * c.width + words
        return numbers * np.dtype(self.precision).itemsize

    @cached_property
    def most_tokens(self) -> int:
        """How many tokens a text may have: as many as the model has positions for, and as fit into a gigabyte."""
        fitting = range(1, self.config.positions + 1)
        return next((n - 1 for n in fitting if self.bytes_for(n) > MOST_OF_A_TRACE), self.config.positions)

    def _require_length(self, tokens: tuple[Token, ...]) -> None:
        if not tokens:
            raise ModelError(say("The text has no tokens."))
        if len(tokens) > self.most_tokens:
            reason = say("{value} has {positions} positions", value=self.name, positions=self.config.positions)
            if self.most_tokens < self.config.positions:
                reason = say(
                    "the numbers of more would take over {most_of_a_trace}", most_of_a_trace=amount(MOST_OF_A_TRACE)
                )
            raise ModelError(
                say(
                    "The text has {count} tokens, and at most {most_tokens} are read: {reason}.",
                    count=len(tokens),
                    most_tokens=self.most_tokens,
                    reason=reason,
                )
            )

    # --- traces -------------------------------------------------------------------------------------------------------

    def trace(self, text: str, without: Iterable[Switch] = (), edits: Iterable[EditLike] = ()) -> ModelTrace:
        """All steps of a text.

        without: parts that are switched off, counted from 1: a layer hands its input on unchanged; a head, (layer,
        head), counts 0 in what the heads read together; of an arrow, (layer, head, query, key), the score is masked, so
        that the other keys share its weight. edits: numbers set by hand, as in `ModelTrace.edited`: ("layer 3/scores",
        (head, query, key), 2.5), counted from 0. Raises ModelError for a text that is too long and for parts that are
        not there, InputError where a query is left without any key.
        """
        tokens = self.tokens(text)
        self._require_length(tokens)
        off = read_switches(without, self.config, len(tokens))
        return self.forward(Run(self.config, self.weights, tokens), off).edited(*edits)

    def forward(self, run: Run, off: Off, base: ModelTrace | None = None) -> ModelTrace:
        """The trace of tokens. base: one of the same tokens, of which the layers before any change are shared."""
        run = replace(run, off=off)
        first = 1
        start = base.start if base else None
        start = start or FAMILIES[self.config.family].start(run)
        X = start.X
        if base and base.run:
            first = off.changed_from(base.run.off) or self.config.layers + 1
            X = base[f"layer {first - 1}/output"] if first > 1 else X
        for n in range(first, self.config.layers + 1):
            X = self._layer(run, n, X, start)
        return self._traced(run, start, self._finished(run, X))

    def _layer(self, run: Run, n: int, X: Step, start: Start) -> Step:
        if n in run.off.layers:
            return add(X, **run.layer(n).namer("output", "X"))
        made: Step = FAMILIES[self.config.family].layer(run, n, X, start)
        return made

    def _finished(self, run: Run, X: Step) -> Step:
        return logits(run, X) if self.config.causal else bert.finish(run, X)

    def _traced(self, run: Run, start: Start, output: Step) -> ModelTrace:
        if not np.isfinite(output.value).all():
            raise ModelError(say("The weights of {value} lead to numbers that are not finite.", value=self.name))
        found = Trace.of(output, start.given)
        steps = tuple(step for step in found.steps if not run.weights.is_weight(step))
        return ModelTrace(steps, output, {}, None, self, run, start)

    def with_edits(self, whole: ModelTrace, edits: tuple[Edit, ...]) -> ModelTrace:
        """A trace with numbers set by hand that `read_edits` has checked."""
        changes = by_step(edits)
        learnt = {name: cells for name, cells in changes.items() if name in self.weights}
        made = whole
        if learnt:
            run = replace(whole._run, weights=self.weights.changed(learnt))
            made = self.forward(run, run.off)
        of_steps = {made[name]: cells for name, cells in changes.items() if name not in learnt}
        found = followed((made.output, *made.steps), of_steps)
        start = made._start.changed(found)
        traced = self._traced(made._run, start, found.get(made.output, made.output))
        return replace(traced, edits=edits, whole=whole)

    # --- encoders -----------------------------------------------------------------------------------------------------

    def sentence_vector(self, text: str) -> Step:
        """The vector of a text, of length 1, (model): the step "sentence vector" of its trace."""
        self.require("encoder")
        return self.trace(text).output

    def similarity(self, text: str, other: str) -> Step:
        """The cosine of the angle between the vectors of two texts, from -1 to 1, as a step without axes."""
        one, two = self.sentence_vector(text), self.sentence_vector(other)
        two = replace(two, name="other sentence vector", symbol="s'")
        return contract(one, two, over="model", name="similarity", symbol=r"\cos")

    # --- language models ----------------------------------------------------------------------------------------------

    def generate(
        self,
        text: str,
        most: int = 20,
        *,
        temperature: float = 0.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
        without: Iterable[Switch] = (),
        edits: Iterable[EditLike] = (),
    ) -> Iterator[Written]:
        """Write on, one token at a time, with the keys and values of earlier tokens kept in a cache.

        most: how many tokens at most; writing ends at a token that ends a text. temperature: 0 takes the likeliest
        token; else tokens are drawn, by `seed`, from `next_tokens`. without: layers and heads, as in `trace`. edits:
        numbers of the text that is there, whose keys and values later tokens read, and learned numbers for all tokens.
        """
        self.require("language model")
        random = np.random.default_rng(seed)
        trace = self.trace(text, without, edits)
        if trace.run and trace.run.off.arrows:
            raise ModelError(
                say("Arrows can be switched off in a text that is there, not in one that is being written.")
            )
        for count in range(1, most + 1):
            choice = trace.next_tokens(temperature or 1.0, top_k, top_p)
            p = choice.output.value.astype(float)
            id = int(p.argmax()) if temperature == 0 else int(random.choice(len(p), p=p / p.sum()))
            token = Token(id, self._reader.pieces[id])
            yield Written(token, float(p[id]), trace, choice)
            if count == most or id in self.config.ends or trace.cache().count >= self.most_tokens:
                return
            trace = self._read_on(trace, token)

    def _read_on(self, trace: ModelTrace, token: Token) -> ModelTrace:
        """The trace of one more token, which reads the keys and values of those before it from the cache."""
        off = trace.run.off if trace.run else Off()
        weights = trace.run.weights if trace.run else self.weights
        return self.forward(Run(self.config, weights, (token,), off, trace.cache()), off)


@dataclass(frozen=True)
class Written:
    """A token that was written: its probability, the trace it was read off, and the steps of the choice.

    The trace of the first one is that of the text; each further one is that of one token, with "cached keys" and
    "cached values" in every layer.
    """

    token: Token
    probability: float
    trace: ModelTrace
    choice: Trace
