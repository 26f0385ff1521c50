"""Scoring functions: how well a query and a key fit, from dot products to a small network.

Each takes Q (query, width) and K (key, width), the width being the last axis of each; other axes such as head are
carried along. Each returns a step "scores" with axes (..., query, key), and names the steps on the way to it. A single
query may come without the axis query; then there is none in the result.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attention_core.engine import expression as ex
from attention_core.engine.axes import axis_place, names
from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.engine.ops import add, contract, divide_by, rename, scale, square, sum_over, tanh
from attention_core.engine.step import Step

from .layers import linear
from .naming import StepNamer, once
from .normalisers import unit


def dot(Q: Step, K: Step, namer: StepNamer = once) -> Step:
    """q . k, for equal widths; raises InputError otherwise. Luong, Pham and Manning 2015."""
    return contract(Q, _comparable(Q, K), over=_width(Q), to=_result_axes(Q, K), **namer("scores", "S"))


def over_root(x: Step, width: int, letter: str = "d_k", name: str = "", symbol: str = "") -> Step:
    """x / sqrt(d_k), where d_k is the width of queries and keys. Vaswani et al. 2017, eq. 1."""
    return divide_by(x, ex.root(ex.constant(width, letter)), name=name, symbol=symbol)


def factor_of(width: int | None, divisor: float = 1.0) -> float | ex.Expression | None:
    """What scores are multiplied by: 1 / (sqrt(d_k) * divisor), without the root where the width is None.

    None stands for the root alone, as in `attention_weights`.
    """
    if divisor == 1:
        return 1.0 if width is None else None
    own = ex.constant(divisor)
    by = own if width is None else ex.product(ex.root(ex.constant(width, "d_k")), own)
    return ex.quotient(ex.constant(1), by)


def scaled_dot(Q: Step, K: Step) -> Step:
    """q . k / sqrt(d), for equal widths d; raises InputError otherwise. Vaswani et al. 2017, eq. 1."""
    width = _width(Q)
    products = contract(Q, _comparable(Q, K), over=width, to=_result_axes(Q, K), name="dot products", symbol="P")
    return over_root(products, Q.size(width), name="scores", symbol="S")


def additive(Q: Step, K: Step, W_q: Step, W_k: Step, v: Step) -> Step:
    """v . tanh(W_q q + W_k k): W_q (hidden, query's width), W_k (hidden, key's width), v (hidden).

    Bahdanau, Cho and Bengio 2014, appendix A.1.2; Luong, Pham and Manning 2015 call it concat.
    """
    queries, keys = _projected(Q, K, W_q, W_k)
    hidden = _width(v)
    sums = add(queries, keys, to=(*_result_axes(queries, keys), hidden), name="pre-activation", symbol="Z")
    return contract(tanh(sums, name="hidden units", symbol="H"), v, over=hidden, name="scores", symbol="S")


def bilinear(Q: Step, K: Step, W: Step) -> Step:
    """q . W k: W has the query's width and, under another name, the key's. Luong, Pham and Manning 2015: general."""
    query_width = _width(Q)
    key_width = next(name for name in names(W.axes[-2:]) if name != query_width)
    projected_queries = contract(Q, W, over=query_width, name="queries through W", symbol="Q'")
    keys = _with_width(K, key_width)
    return contract(
        projected_queries, keys, over=key_width, to=_result_axes(projected_queries, keys), name="scores", symbol="S"
    )


def location(q: Step, K: Step, W: Step) -> Step:
    """W q, W (key, width): one row for each position; the keys are not used. Luong, Pham and Manning 2015, eq. 8."""
    return linear(W, q, name="scores", symbol="S")


def projected(Q: Step, K: Step, U_q: Step, U_k: Step) -> Step:
    """(U_q q) . (U_k k), U_q (rank, query's width), U_k (rank, key's width).

    A bilinear score whose matrix U_q^T U_k has at most the rank of the shared space.
    """
    queries, keys = _projected(Q, K, U_q, U_k)
    return contract(queries, keys, over=_width(queries), to=_result_axes(queries, keys), name="scores", symbol="S")


def cosine(Q: Step, K: Step) -> Step:
    """q . k / (|q| |k|). Raises InputError for a vector of length 0. Graves, Wayne and Danihelka 2014, eq. 6."""
    queries = unit(Q, _width(Q), name="unit queries", symbol=r"\hat Q")
    return dot(queries, unit(K, _width(K), name="unit keys", symbol=r"\hat K"))


def rbf(Q: Step, K: Step, sigma: float = 1.0) -> Step:
    """-|q - k|^2 / (2 sigma^2), the logarithm of the Gaussian kernel: its softmax is kernel smoothing.

    For equal widths. Raises InputError unless sigma > 0. Nadaraya 1964; Watson 1964; Tsai et al. 2019.
    """
    if not (sigma > 0 and sigma**2 > 0):
        raise InputError("sigma", "", say("must be greater than 0, not {sigma:g}", sigma=sigma))
    width = _width(Q)
    to = _result_axes(Q, K)
    differences = add(Q, scale(_comparable(Q, K), -1.0), to=(*to, width), name="differences", symbol=r"\Delta")
    squares = sum_over(square(differences), over=width, name="squared distances", symbol="D")
    spread = ex.product(ex.constant(2), ex.square(ex.constant(sigma, r"\sigma")))
    return scale(squares, ex.quotient(ex.constant(-1), spread), name="scores", symbol="S")


def gaussian(sigma: float) -> Callable[[Step, Step], Step]:
    """`rbf` with its width fixed: a score of Q and K alone."""
    return partial(rbf, sigma=sigma)


SCORES: dict[str, Callable[..., Step]] = {
    "additive": additive,
    "dot": dot,
    "scaled dot": scaled_dot,
    "bilinear": bilinear,
    "projected": projected,
    "cosine": cosine,
    "kernel": rbf,
}


def _width(x: Step) -> str:
    return x.axes[-1].name


def _result_axes(Q: Step, K: Step) -> tuple[str, ...]:
    """The axes of the scores: head and the like first, then query and key."""
    return _order((Q, K), (_width(Q), _width(K)), ("query", "key"))


def _order(steps: tuple[Step, ...], without: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    """Leading axes such as head first, then those of the last ones that there are."""
    found = dict.fromkeys(name for step in steps for name in names(step.axes) if name not in without)
    return (*(name for name in found if name not in last), *(name for name in last if name in found))


def _with_width(x: Step, width: str) -> Step:
    """x with its last axis renamed."""
    return x if _width(x) == width else rename(x, _width(x), width)


def _comparable(Q: Step, K: Step) -> Step:
    """K with its last axis named as in Q. Raises InputError where the widths differ."""
    if Q.axes[-1].size != K.axes[-1].size:
        message = say(
            "this score needs keys as wide as the queries, which have {size}, not {size_2}",
            size=Q.axes[-1].size,
            size_2=K.axes[-1].size,
        )
        raise InputError(K.label, axis_place(_width(K)), message)
    return _with_width(K, _width(Q))


def _projected(Q: Step, K: Step, W_q: Step, W_k: Step) -> tuple[Step, Step]:
    """Queries and keys in their shared space: the last axis but one of both matrices."""
    shared = W_q.axes[-2].name
    return (
        _projected_by(Q, W_q, ("query", shared), "projected queries", "Q'"),
        _projected_by(K, W_k, ("key", shared), "projected keys", "K'"),
    )


def _projected_by(x: Step, W: Step, last: tuple[str, ...], name: str, symbol: str) -> Step:
    return contract(x, W, over=_width(x), to=_order((x, W), (_width(x),), last), name=name, symbol=symbol)
