"""What a config.json says about a model, read for each family and checked before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from attention_core.engine.language import say

from .errors import ModelError

_MOST = {"layers": 1000, "heads": 1000}  # beyond, a config is wrong; sizes are held against the arrays of the file


@dataclass(frozen=True)
class Config:
    """The sizes and choices of one model.

    family: "bert", "gpt2" or "llama". width: of a token's vector; head_width: of a head's queries; hidden: of the
    feed-forward layer; positions: how many tokens it was trained on at most. rope_base: of rotary positions, else 0.
    biases: whether projections of Llama have some. tied: whether words are scored by the table they are read from.
    pooling: what an encoder's sentence vector is made of, "mean" or "cls". ends: ids of tokens that end a text.
    """

    family: str
    layers: int
    heads: int
    kv_heads: int
    width: int
    head_width: int
    hidden: int
    vocabulary: int
    positions: int
    epsilon: float
    activation: str
    segments: int = 0
    rope_base: float = 0.0
    biases: bool = False
    tied: bool = True
    pooling: str = "mean"
    ends: tuple[int, ...] = ()

    @property
    def causal(self) -> bool:
        """Whether it is a language model, whose tokens see only those before them."""
        return self.family != "bert"


class _Reader:
    """The entries of a config.json, each checked for its kind."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.found = found

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number of at least 1."""
        value = self._entry(name, default)
        if type(value) is not int or not 1 <= value < 2**31:
            raise ModelError(
                say(
                    "config.json says that {name} is {value!r}, where a whole number of at least 1 is needed.",
                    name=name,
                    value=value,
                )
            )
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number above 0, or 0."""
        value = self._entry(name, default)
        if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
            raise ModelError(
                say(
                    "config.json says that {name} is {value!r}, where a number of at least 0 is needed.",
                    name=name,
                    value=value,
                )
            )
        return float(value)

    def one_of(self, name: str, known: tuple[Any, ...], default: Any) -> Any:
        """One of the values that are known here."""
        value = self.found.get(name, default)
        if value not in known:
            choices = " or ".join(map(repr, known))
            raise ModelError(
                say(
                    "config.json says that {name} is {value!r}, and only {choices} can be computed here.",
                    name=name,
                    value=value,
                    choices=choices,
                )
            )
        return value

    def ids(self, name: str) -> tuple[int, ...]:
        """Ids of tokens: one, several or none."""
        value = self.found.get(name)
        found = value if isinstance(value, list) else [] if value is None else [value]
        return tuple(each for each in found if type(each) is int)

    def _entry(self, name: str, default: Any) -> Any:
        value = self.found.get(name)
        value = default if value is None else value
        if value is None:
            raise ModelError(say("config.json does not say {name}.", name=name))
        return value


def _bert(found: _Reader) -> Config:
    """Devlin et al. 2018, arXiv:1810.04805."""
    found.one_of("position_embedding_type", ("absolute",), "absolute")
    found.one_of("is_decoder", (False,), False)
    heads, width = found.whole("num_attention_heads"), found.whole("hidden_size")
    return Config(
        family="bert",
        layers=found.whole("num_hidden_layers"),
        heads=heads,
        kv_heads=heads,
        width=width,
        head_width=_share(width, heads),
        hidden=found.whole("intermediate_size"),
        vocabulary=found.whole("vocab_size"),
        positions=found.whole("max_position_embeddings"),
        epsilon=found.number("layer_norm_eps", 1e-12),
        activation=found.one_of("hidden_act", ("gelu", "relu", "gelu_new"), "gelu"),
        segments=found.whole("type_vocab_size", 2),
    )


def _gpt2(found: _Reader) -> Config:
    """Radford et al. 2019, "Language models are unsupervised multitask learners"."""
    found.one_of("scale_attn_weights", (True,), True)
    found.one_of("scale_attn_by_inverse_layer_idx", (False,), False)
    found.one_of("add_cross_attention", (False,), False)
    heads, width = found.whole("n_head"), found.whole("n_embd")
    return Config(
        family="gpt2",
        layers=found.whole("n_layer"),
        heads=heads,
        kv_heads=heads,
        width=width,
        head_width=_share(width, heads),
        hidden=found.whole("n_inner", 4 * width),
        vocabulary=found.whole("vocab_size"),
        positions=found.whole("n_positions"),
        epsilon=found.number("layer_norm_epsilon", 1e-5),
        tied=found.one_of("tie_word_embeddings", (True, False), True),
        activation=found.one_of("activation_function", ("gelu_new", "gelu_pytorch_tanh", "gelu", "relu"), "gelu_new"),
        ends=found.ids("eos_token_id"),
    )


def _llama(found: _Reader) -> Config:
    """Touvron et al. 2023, arXiv:2302.13971."""
    found.one_of("hidden_act", ("silu",), "silu")
    found.one_of("mlp_bias", (False,), False)
    heads, width = found.whole("num_attention_heads"), found.whole("hidden_size")
    kv_heads = found.whole("num_key_value_heads", heads)
    if heads % kv_heads:
        raise ModelError(
            say(
                "config.json says that {heads} heads share {kv_heads} heads of keys, which does not go evenly.",
                heads=heads,
                kv_heads=kv_heads,
            )
        )
    head_width = found.found.get("head_dim")
    return Config(
        family="llama",
        layers=found.whole("num_hidden_layers"),
        heads=heads,
        kv_heads=kv_heads,
        width=width,
        head_width=_share(width, heads) if head_width is None else found.whole("head_dim"),
        hidden=found.whole("intermediate_size"),
        vocabulary=found.whole("vocab_size"),
        positions=found.whole("max_position_embeddings", 2048),
        epsilon=found.number("rms_norm_eps", 1e-6),
        activation="silu",
        rope_base=_rope_base(found),
        biases=found.one_of("attention_bias", (True, False), False),
        tied=found.one_of("tie_word_embeddings", (True, False), False),
        ends=found.ids("eos_token_id"),
    )


def _rope_base(found: _Reader) -> float:
    """The base of rotary positions, which newer files keep in an entry of its own; scaled ones are refused."""
    for name in ("rope_parameters", "rope_scaling"):
        inner = found.found.get(name)
        if isinstance(inner, dict):
            about = _Reader(inner)
            about.one_of("rope_type", ("default",), inner.get("type", "default"))
            if "rope_theta" in inner:
                return about.number("rope_theta")
    return found.number("rope_theta", 10000.0)


def _share(width: int, heads: int) -> int:
    if width % heads:
        raise ModelError(
            say(
                "config.json says that {heads} heads share a width of {width}, which does not go evenly.",
                heads=heads,
                width=width,
            )
        )
    return width // heads


_FAMILIES: dict[str, Callable[[_Reader], Config]] = {"bert": _bert, "gpt2": _gpt2, "llama": _llama}


def read_config(found: Mapping[str, Any]) -> Config:
    """What a config.json says. Raises ModelError for an unknown architecture and for sizes that cannot be."""
    kind = found.get("model_type")
    if not isinstance(kind, str) or kind not in _FAMILIES:
        known = ", ".join(_FAMILIES)
        raise ModelError(
            say(
                "config.json says that the model is of type {kind!r}, and only these are read: {known}.",
                kind=kind,
                known=known,
            )
        )
    config = _FAMILIES[kind](_Reader(found))
    for name, most in _MOST.items():
        if getattr(config, name) > most:
            raise ModelError(
                say(
                    "config.json says that there are {getattr} {name}, and at most {most} are read.",
                    getattr=getattr(config, name),
                    name=name,
                    most=most,
                )
            )
    if config.rope_base and config.head_width % 2:
        raise ModelError(
            say(
                "config.json gives heads a width of {head_width}, and rotary positions need pairs.",
                head_width=config.head_width,
            )
        )
    return config
