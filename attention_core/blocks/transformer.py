"""The layers of a Transformer: token vectors read by id, attention with many heads, feed-forward layers, and the sums
and norms around them.

Weights are steps whose axis "model" is found by its name, wherever it stands: PyTorch keeps it last, GPT-2 first. Steps
are named by a `StepNamer`: with step_namer("layer", 3) the weights of attention are "layer 3/attention weights".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from attention_core.engine.axes import Axis, names
from attention_core.engine.ops import add, affine, concat, contract, gather, relu, rename
from attention_core.engine.step import Step

from .activations import silu
from .attention import attention_weights
from .heads import concatenated_heads, repeat_for_heads
from .naming import StepNamer
from .positions import rotate

Part = Callable[[Step], Step]  # what a layer does to its rows (token, model): attention, a feed-forward layer, a norm
Activation = Callable[..., Step]  # of x, name and symbol: `relu`, or one of blocks/activations.py


def token_vectors(E: Step, ids: Sequence[int], tokens: Axis, *, name: str = "token vectors", symbol: str = "X") -> Step:
    """The rows of a table by their ids, counted from 0: (token, model). Positions are read from their table alike.

    E (word, model). tokens: the axis of the result, with as many positions as there are ids. Raises InputError for an
    id that the table does not have.
    """
    return gather(E, E.axes[0].name, ids, tokens, name=name, symbol=symbol)


# --- attention --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AttentionWeights:
    """What an attention layer has learnt; biases may be left out.

    W_q (head, feature, model), b_q (head, feature); W_k (head, feature, model) and W_v (head, value, model), with
    biases likewise, or with an axis "kv head" for "head", where several heads of queries share one of keys and values.
    W_o (model, joined), b_o (model).
    """

    W_q: Step
    W_k: Step
    W_v: Step
    W_o: Step
    b_q: Step | None = None
    b_k: Step | None = None
    b_v: Step | None = None
    b_o: Step | None = None


def attention_layer(
    x: Step,
    weights: AttentionWeights,
    namer: StepNamer,
    *,
    memory: Step | None = None,
    visible: Step | None = None,
    angles: Step | None = None,
    layout: str = "half-split",
    earlier: tuple[Step, Step] | None = None,
    heads_on: Step | None = None,
) -> Step:
    """Attention of many heads, joined by W_o: (token, model). Vaswani et al. 2017, section 3.2.2.

    x (token, model). memory (any axis, model): the rows that keys and values are made of, where they are not those of
    x. visible (query, key): 0 where a key is hidden. angles (token, pair), or their matrices: queries and keys are
    rotated by them, in the layout of `rotate`. earlier: the keys (rotated, where they are) and values of the tokens
    before, as a cache keeps them, which then come first in "all keys" and "all values". heads_on (head): what each
    head's output counts, 0 for a head that is switched off. Named steps: "queries", "keys", "values", "rotated
    queries", "rotated keys", "scores", "scaled scores", "masked scores", "attention weights", "head outputs",
    "concatenated heads", "attention output".
    """
    w = weights
    asking, asked = rename(x, "token", "query"), _as_keys(x if memory is None else memory)
    Q = _projected(asking, w.W_q, w.b_q, "query", namer("queries", "Q"))
    K = _projected(asked, w.W_k, w.b_k, "key", namer("keys", "K"))
    V = _projected(asked, w.W_v, w.b_v, "key", namer("values", "V"))
    if angles is not None:
        Q = rotate(Q, angles, layout, **namer("rotated queries", "Q^R"))
        K = rotate(K, angles, layout, **namer("rotated keys", "K^R"))
    if earlier is not None:
        K = concat(earlier[0], K, along="key", **namer("all keys", "K"))
        V = concat(earlier[1], V, along="key", **namer("all values", "V"))
    heads = Q.axis("head")
    A = attention_weights(Q, _for_heads(K, heads), visible, namer=namer)
    C = concatenated_heads(A, _for_heads(V, heads), w.W_o.axis("joined"), namer, heads_on)
    out = _product(C, w.W_o, w.b_o, "joined", ("query", "model"))
    return rename(out, "query", "token", **namer("attention output", "O"))


def _as_keys(x: Step) -> Step:
    """The rows of x along the axis key, however that axis is called there."""
    rows = next(name for name in names(x.axes) if name != "model")
    return rename(x, rows, "key")


def _projected(x: Step, W: Step, b: Step | None, rows: str, named: dict[str, str]) -> Step:
    """Queries, keys or values of all heads: (head, rows, feature)."""
    head, width = (name for name in names(W.axes) if name != "model")
    return _product(x, W, b, "model", (head, rows, width), named)


def _product(
    x: Step, W: Step, b: Step | None, over: str, to: tuple[str, ...], named: Mapping[str, str] = MappingProxyType({})
) -> Step:
    return contract(x, W, over=over, to=to, **named) if b is None else affine(x, W, b, over=over, to=to, **named)


def _for_heads(x: Step, heads: Axis) -> Step:
    """Shared keys or values, once for each head of queries."""
    return repeat_for_heads(x, heads) if "kv head" in names(x.axes) else x


# --- feed-forward -----------------------------------------------------------------------------------------------------


def feed_forward(
    x: Step,
    W_1: Step,
    b_1: Step | None,
    W_2: Step,
    b_2: Step | None,
    namer: StepNamer,
    activation: Activation = relu,
) -> Step:
    """W_2 activation(W_1 x + b_1) + b_2 for every row x by itself: (token, model). Vaswani et al. 2017, section 3.3.

    x (token, model), W_1 (hidden, model), b_1 (hidden), W_2 (model, hidden), b_2 (model). Named steps: "hidden",
    "activated", "feed-forward".
    """
    hidden = _through(x, W_1, b_1, "hidden", namer("hidden", "U"))
    return _through(activation(hidden, **namer("activated", "G")), W_2, b_2, "model", namer("feed-forward", "F"))


def gated_feed_forward(
    x: Step, W_gate: Step, W_up: Step, W_down: Step, namer: StepNamer, activation: Activation = silu
) -> Step:
    """W_down (activation(W_gate x) * W_up x): with `silu` this is SwiGLU, as in Llama. Shazeer 2020, arXiv:2002.05202.

    x (token, model), W_gate and W_up (hidden, model), W_down (model, hidden). Named steps: "gate", "activated", "up",
    "gated", "feed-forward".
    """
    gate = _through(x, W_gate, None, "hidden", namer("gate", "G"))
    opened = activation(gate, **namer("activated", r"\hat G"))
    up = _through(x, W_up, None, "hidden", namer("up", "U"))
    return _through(contract(opened, up, **namer("gated", "D")), W_down, None, "model", namer("feed-forward", "F"))


def _through(x: Step, W: Step, b: Step | None, into: str, named: dict[str, str]) -> Step:
    """Every row of x times a matrix that leads to the axis `into`, and a bias."""
    own = next(name for name in names(W.axes) if name != into)
    return _product(x, W, b, own, (*(name for name in names(x.axes) if name != own), into), named)


# --- sums and norms around a part -------------------------------------------------------------------------------------


def post_norm(x: Step, part: Part, norm: Part | None, summed: dict[str, str] | None) -> Step:
    """norm(x + part(x)), the order of Vaswani et al. 2017 and of BERT. Result: the axes of x.

    norm: None leaves it out. summed: name and symbol of the sum; None leaves x out of it.
    """
    out = _with_residual(x, part(x), summed)
    return norm(out) if norm else out


def pre_norm(x: Step, part: Part, norm: Part | None, summed: dict[str, str] | None) -> Step:
    """x + part(norm(x)), the order of GPT-2 and of Llama. Xiong et al. 2020, arXiv:2002.04745. Result: the axes of x.

    norm and summed as in `post_norm`.
    """
    return _with_residual(x, part(norm(x) if norm else x), summed)


def _with_residual(x: Step, out: Step, summed: dict[str, str] | None) -> Step:
    return out if summed is None else add(x, out, to=names(x.axes), **summed)
