"""The stage in a notebook: what it is sent, and what comes back."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from attention_core import Mechanism, Step, Trace, attention
from attention_core.engine.axes import numbered
from attention_core.engine.errors import InputError
from attention_core.engine.ops import add, contract, divide, mask, softmax
from attention_core.engine.step import Array, source
from attention_core.export.notebook import INSTALL, TOO_LARGE, Tables, shown, trace_html
from attention_stage.structure import Shape
from attention_stage.wire import WirePayload
from tests.core.helpers import MECHANISMS, random_cases

from .test_wire import assert_is

rng = np.random.default_rng(18)
QUERIES, KEYS, FEATURES = numbered("query", 2), numbered("key", 3), numbered("feature", 5)


@pytest.fixture(scope="module")
def notebook() -> Any:
    """The module that needs the extra."""
    pytest.importorskip("anywidget", reason="requirements-notebook.txt is not installed")
    from attention_stage import notebook

    return notebook


def numbers_of(steps: Iterable[Step], **changed: Array) -> str:
    """What the browser sends: all inputs, some of them changed."""
    flat = [np.asarray(changed.get(step.name, step.value), dtype="<f8").ravel() for step in steps]
    return base64.b64encode(np.concatenate(flat).tobytes()).decode()


def edit(widget: Any, **changed: Array) -> None:
    """As a message from the browser."""
    inputs = [step for step, sent in described(widget) if sent["editable"]]
    widget.set_state({"numbers": numbers_of(inputs, **changed)})


def described(widget: Any) -> list[tuple[Step, Any]]:
    """The steps that are sent, each with its description."""
    sent = widget.payload["steps"]
    return [(widget.trace[each["name"]], each) for each in sent if each["name"]]


def assert_same(found: Trace, wanted: Trace) -> None:
    """The same steps with the same numbers, to the last bit and in the same precision."""
    for one, other in zip(found, wanted, strict=True):
        assert (one.name, one.axes, one.value.dtype) == (other.name, other.axes, other.value.dtype)
        assert np.array_equal(one.value, other.value), one.name
    assert np.array_equal(found.output.value, wanted.output.value)


def own(Q: Array, K: Array, visible: Array) -> Trace:
    """Code of somebody's own: weights with an offset that has no name."""
    scores = contract(
        source("Q", Q, (QUERIES, FEATURES)), source("K", K, (KEYS, FEATURES)), over="feature", name="scores", symbol="S"
    )
    moved = add(scores, source("", 0.25, ()), name="moved scores", symbol="S'")
    seen = mask(moved, source("visible", visible, (QUERIES, KEYS)), name="masked scores", symbol="M")
    return Trace.of(softmax(seen, along="key", name="weights", symbol="A"))


def own_arrays() -> tuple[Array, Array, Array]:
    return rng.normal(size=(2, 5)), rng.normal(size=(3, 5)), np.array([[1.0, 1, 0], [1, 1, 1]])


# --- without the extra -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["anywidget", "latex2mathml", "attention_stage"])
def test_without_the_extra_there_are_tables(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in ("attention_stage", "latex2mathml")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    trace = own(*own_arrays())
    found = trace.show()
    assert isinstance(found, Tables)
    assert found.trace is trace
    assert found._repr_html_().startswith(trace_html(trace))
    assert "attention-atlas[notebook]" in INSTALL
    assert found.why == INSTALL


# --- with it ---------------------------------------------------------------------------------------------------------


def test_what_is_sent_is_as_described(notebook: Any) -> None:
    widget = own(*own_arrays()).show()
    assert_is(dict(widget.payload), WirePayload, "widget")
    kinds = {step.name: (sent["editable"], sent["switch"]) for step, sent in described(widget)}
    assert kinds["Q"] == kinds["K"] == (True, False)
    assert kinds["visible"] == (True, True)
    assert kinds["weights"] == (False, False)
    assert widget.payload["view"]["stop"] == "masked scores" or widget.payload["view"]["stop"] in kinds


def test_edited_inputs_come_back_as_a_trace(notebook: Any) -> None:
    Q, K, visible = own_arrays()
    trace = own(Q, K, visible)
    widget = trace.show()
    assert widget.trace is trace
    other, thrown = Q.copy(), visible.copy()
    other[1, 3], thrown[0, 2] = 0.1, 1
    edit(widget, Q=other, visible=thrown)
    assert_same(widget.trace, own(other, K, thrown))
    edit(widget)
    assert_same(widget.trace, widget.trace)
    edit(widget, Q=Q, visible=visible)  # undone
    assert_same(widget.trace, trace)


@pytest.mark.parametrize("precision", [np.float16, np.float32, np.float64])
def test_the_operator_is_recomputed_in_its_precision(notebook: Any, precision: type) -> None:
    Q, K, V = (rng.normal(size=(heads, n, 7)).astype(precision) for heads, n in ((6, 3), (2, 5), (2, 5)))
    widget = attention(Q, K, V, is_causal=1, softcap=2.0).show()
    changed = K.copy()
    changed[1, 4, 6] = precision(0.1)
    edit(widget, K=changed)
    assert_same(widget.trace, attention(Q, changed, V, is_causal=1, softcap=2.0))


def test_numbers_that_were_rounded_on_the_way_are_only_shown(notebook: Any) -> None:
    Q, K, V = (rng.normal(size=(n, 3)) for n in (2, 5, 5))
    widget = attention(Q, K, V, softmax_precision=16).show()
    assert not [step for step, sent in described(widget) if sent["editable"]]


def test_what_does_not_compute_is_said_and_the_last_trace_stays(notebook: Any) -> None:
    ones, less = (source(name, [[1.0, 2.0]], (numbered("query", 1), numbered("key", 2))) for name in ("U", "W"))
    widget = Trace.of(divide(ones, less, name="ratio", symbol="R")).show()
    edit(widget, U=np.array([[3.0, 2.0]]))
    edit(widget, W=np.array([[0.0, 2.0]]))
    assert "ratio" in widget.problem
    assert widget.trace["U"].value.tolist() == [[3.0, 2.0]]
    edit(widget, W=np.array([[4.0, 2.0]]))
    assert widget.problem == ""
    assert widget.trace["ratio"].value.tolist() == [[0.75, 1.0]]


@pytest.mark.parametrize("numbers", ["AAAA", numbers_of([source("X", [1.0, 2.0], (numbered("query", 2),))]), "!"])
def test_numbers_that_do_not_fit_are_refused(notebook: Any, numbers: str) -> None:
    trace = own(*own_arrays())
    widget = trace.show()
    with pytest.raises(ValueError, match=r"numbers|base64|buffer|padding"):
        widget.set_state({"numbers": numbers})
    assert widget.trace is trace


def test_without_a_kernel_the_tables_are_shown(notebook: Any) -> None:
    widget = own(*own_arrays()).show()
    edit(widget, Q=np.full((2, 5), 0.1875))
    bundle, _ = widget._repr_mimebundle_()
    assert bundle["text/html"] == trace_html(widget.trace)
    assert "0.1875" in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


@pytest.mark.parametrize("tokens", [33, 3])
def test_what_cannot_be_read_on_the_stage_is_a_table(notebook: Any, tokens: int) -> None:
    found = shown(attention(*rng.normal(size=(3, tokens, 2))))
    assert isinstance(found, Tables) == (tokens == 33)
    assert not isinstance(found, Tables) or found.why == TOO_LARGE


def test_inputs_alone_are_a_table(notebook: Any) -> None:
    given = source("X", [[1.0]], (QUERIES.__class__("query", ("1",)), QUERIES.__class__("key", ("1",))))
    assert isinstance(Trace((given,), given).show(), Tables)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_lessons_are_recomputed_as_they_compute(notebook: Any, mechanism: Mechanism) -> None:
    """Other numbers, to the last bit, wherever they lead to the same steps."""
    case = next(random_cases(mechanism))
    inputs = {name: np.array(value, dtype=float) for name, value in case.inputs.items()}
    for name, value in inputs.items():
        if not mechanism.inputs[name].switch:
            value.flat[0] += 0.0625
    try:
        wanted = mechanism.trace(inputs, **case.options)
    except InputError:
        return
    if Shape.of(wanted) == Shape.of(case.trace):
        given = {case.trace[name]: value for name, value in inputs.items()}
        assert_same(notebook.with_inputs(case.trace, given), wanted)
