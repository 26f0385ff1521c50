"""What must hold whatever the shapes, the numbers and the names are."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from attention_core import CURRICULUM, Mechanism, Step, Trace, attention
from attention_core.engine.axes import names, numbered
from attention_core.engine.ops import add, contract, merge, rename, scale, softmax, split, sum_over
from attention_core.engine.step import source
from tests.core.helpers import TABLES, assert_close, own_arithmetic, preset_cases
from tests.sampling import by_turns, some

SIZE = st.integers(1, 6)
NUMBER = st.floats(-1e3, 1e3, allow_subnormal=False)


@st.composite
def operands(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Q, K and V that fit each other, of any sizes, with or without heads and batch."""
    leading = draw(st.sampled_from([(), (draw(SIZE),), (draw(SIZE), draw(SIZE))]))
    queries, keys, width, value = (draw(SIZE) for _ in range(4))
    shapes = ((queries, width), (keys, width), (keys, value))
    return tuple(draw(arrays(float, (*leading, *shape), elements=NUMBER)) for shape in shapes)


@given(operands(), st.booleans())
def test_weights_are_shares(given_operands: tuple, is_causal: bool) -> None:
    trace = attention(*given_operands, is_causal=is_causal)
    weights = trace["attention weights"].value
    assert np.all(weights >= 0)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-12)
    assert trace.output.value.shape == (*given_operands[0].shape[:-1], given_operands[2].shape[-1])


@given(operands(), st.booleans())
def test_output_stays_inside_the_values(given_operands: tuple, is_causal: bool) -> None:
    """Inside the convex hull means: along any direction, no further than the furthest value."""
    *_, values = given_operands
    output = attention(*given_operands, is_causal=is_causal).output.value
    directions = np.random.default_rng(0).normal(size=(values.shape[-1], 8))
    reach, reached = values @ directions, output @ directions
    slack = 1e-9 * (1 + np.abs(reach).max())
    assert np.all(reached <= reach.max(axis=-2, keepdims=True) + slack)
    assert np.all(reached >= reach.min(axis=-2, keepdims=True) - slack)


@given(operands(), st.randoms(use_true_random=False))
def test_order_of_the_keys_does_not_matter(given_operands: tuple, random) -> None:
    Q, K, V = given_operands
    order = random.sample(range(K.shape[-2]), K.shape[-2])
    plain, shuffled = attention(Q, K, V), attention(Q, K[..., order, :], V[..., order, :])
    weights = plain["attention weights"].value[..., order]
    # Scores reach 1e6, so their rounding alone moves an exponential by about 1e-9.
    np.testing.assert_allclose(shuffled["attention weights"].value, weights, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(shuffled.output.value, plain.output.value, rtol=1e-7, atol=1e-5)


@given(operands(), st.randoms(use_true_random=False))
def test_queries_are_answered_one_by_one(given_operands: tuple, random) -> None:
    Q, K, V = given_operands
    order = random.sample(range(Q.shape[-2]), Q.shape[-2])
    plain, shuffled = attention(Q, K, V), attention(Q[..., order, :], K, V)
    np.testing.assert_allclose(shuffled.output.value, plain.output.value[..., order, :], rtol=1e-7, atol=1e-5)


# --- indices: however an array is cut up and put together, its cells know where they come from -----------------------

NAMES = ("a", "b", "a'", "b'", "a''", "c")


@st.composite
def rearranged(draw: st.DrawFn) -> Step:
    """An array behind several unnamed splits, merges, renamings and transpositions."""
    sizes = draw(st.lists(st.sampled_from([1, 2, 3, 4, 6]), min_size=1, max_size=3))
    x = source_of(sizes)
    for _ in range(draw(st.integers(1, 6))):
        x = draw(st.sampled_from([splitted, merged, renamed, transposed]))(draw, x)
    return x


def source_of(sizes: list[int]) -> Step:
    value = np.random.default_rng(len(sizes)).normal(size=sizes)
    return source("x", value, tuple(numbered(name, size) for name, size in zip(NAMES, sizes, strict=False)))


def free(x: Step) -> list[str]:
    return [name for name in NAMES if name not in names(x.axes)]


def splitted(draw: st.DrawFn, x: Step) -> Step:
    axis = draw(st.sampled_from(x.axes))
    spare = [axis.name, *free(x)]
    if len(spare) < 2:
        return x
    outer, inner = draw(st.permutations(spare))[:2]
    parts = draw(st.sampled_from([n for n in range(1, axis.size + 1) if axis.size % n == 0]))
    return split(x, axis.name, outer, parts, inner)


def merged(draw: st.DrawFn, x: Step) -> Step:
    if len(x.axes) < 2:
        return x
    outer, inner = draw(st.permutations(names(x.axes)))[:2]
    return merge(x, outer, inner, draw(st.sampled_from([outer, inner, *free(x)])))


def renamed(draw: st.DrawFn, x: Step) -> Step:
    return rename(x, draw(st.sampled_from(names(x.axes))), draw(st.sampled_from(free(x)))) if free(x) else x


def transposed(draw: st.DrawFn, x: Step) -> Step:
    return contract(x, to=draw(st.permutations(names(x.axes))))


@given(rearranged())
def test_inlined_indices_find_the_cells_they_stand_for(x: Step) -> None:
    assert np.array_equal(own_arithmetic(x), x.value)


@st.composite
def programs(draw: st.DrawFn) -> Step:
    """Unnamed sums, softmaxes and products on top: their bound indices must not catch anybody else's."""
    x = draw(rearranged())
    for _ in range(draw(st.integers(1, 3))):
        x = draw(st.sampled_from([softened, summed, squared, centred, renamed]))(draw, x)
    return x


def softened(draw: st.DrawFn, x: Step) -> Step:
    return softmax(x, draw(st.sampled_from(names(x.axes)))) if x.axes else x


def summed(draw: st.DrawFn, x: Step) -> Step:
    return sum_over(x, draw(st.sampled_from(names(x.axes)))) if len(x.axes) > 1 else x


def squared(draw: st.DrawFn, x: Step) -> Step:
    """x x^T over one axis, the rows renamed so that both are kept."""
    if len(x.axes) != 2 or not free(x):
        return x
    kept, gone = draw(st.permutations(names(x.axes)))
    return contract(x, rename(x, kept, draw(st.sampled_from(free(x)))), over=gone)


def centred(draw: st.DrawFn, x: Step) -> Step:
    """x minus its mean along one axis."""
    axis = draw(st.sampled_from(x.axes))
    return add(x, scale(sum_over(x, axis.name), -1 / axis.size))


@settings(max_examples=some(200, 60))
@given(programs())
def test_inlined_arithmetic_equals_the_array(x: Step) -> None:
    np.testing.assert_allclose(own_arithmetic(x), x.value, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("taken", ["a", "a'"])
@pytest.mark.parametrize("bind", [softmax, sum_over], ids=["softmax", "sum"])
def test_bound_index_gives_way_to_an_axis_of_its_name(bind: Any, taken: str) -> None:
    """Bind a, then read the other axis under the name that was bound."""
    x = source_of([3, 5])
    bound = bind(x, "a")
    bound = rename(bound, "a", "c") if "a" in names(bound.axes) else bound
    assert_close(own_arithmetic(rename(bound, "b", taken)), bound.value)


@pytest.mark.parametrize("bind", [softmax, sum_over], ids=["softmax", "sum"])
def test_bound_index_gives_way_to_an_axis_with_its_prime(bind: Any) -> None:
    x = bind(rename(source_of([3, 5]), "b", "a'"), "a")
    assert_close(own_arithmetic(x), x.value)


# --- names: any text may stand for a token ---------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "</td></table><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    r"\frac{1}{0} $x$ \end{document} }{",
    "two\nlines\r\n\ttab",
    "&lt;b&gt; &amp;",
    "**bold** [link](javascript:alert(1)) `code`",
    "",
    "\u202egnp.exe \U0001f98a \x00",
    "x" * 10**5,
)


class Texts(HTMLParser):
    """What a browser would make of it: the tags it opens and the texts it shows."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def assert_harmless(mechanism: Mechanism, label: str) -> None:
    case = next(preset_cases(mechanism))
    labels = {axis: (label,) * 3 for spec in mechanism.inputs.values() for axis in spec.axes}
    trace = mechanism.trace(case.inputs, labels, **case.options)
    assert all(np.array_equal(step.value, case.trace[step.name].value) for step in trace)
    page = Texts(trace._repr_html_())
    assert page.tags <= {"div", "b", "small", "table", "caption", "tr", "th", "td"}
    assert not page.attributes
    if label and "\r" not in label:  # a parser reads \r\n as \n
        assert label in page.texts
    assert typeset(trace) == typeset(case.trace)


def typeset(trace: Trace) -> tuple[str, str]:
    arithmetic = trace.output.arithmetic(*(0,) * trace.output.value.ndim)
    return arithmetic.symbols, arithmetic.numbers


@pytest.mark.parametrize(
    ("mechanism", "n"), by_turns(([(mechanism, n) for n in range(len(HOSTILE))] for mechanism in TABLES), "hostile")
)
def test_hostile_token_names_are_only_text(mechanism: Mechanism, n: int) -> None:
    assert_harmless(mechanism, HOSTILE[n])


@given(st.sampled_from(CURRICULUM), st.text(st.characters(exclude_characters="\r"), max_size=40))
def test_any_token_name_is_only_text(mechanism: Mechanism, label: str) -> None:
    assert_harmless(mechanism, label)
