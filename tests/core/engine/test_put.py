"""Numbers set by hand in any step: its cells, its gradient, and its exported script."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from attention_core.blocks.attention import scaled_dot_product
from attention_core.engine import expression as ex
from attention_core.engine.axes import names, numbered
from attention_core.engine.changed import followed
from attention_core.engine.errors import InputError
from attention_core.engine.ops import put
from attention_core.engine.step import Step, source
from attention_core.engine.trace import Trace

CELLS = {(4, 2): 1.5, (0, 6): -2.0, (4, 3): 0.0}


def inputs() -> tuple[Step, Step, Step]:
    random = np.random.default_rng(5)
    sizes = {"query": 5, "key": 7, "feature": 3, "value": 2}
    query, key, feature, value = (numbered(name, size) for name, size in sizes.items())
    return (
        source("queries", random.normal(size=(5, 3)), (query, feature), "Q"),
        source("keys", random.normal(size=(7, 3)), (key, feature), "K"),
        source("values", random.normal(size=(7, 2)), (key, value), "V"),
    )


def changed_trace() -> Trace:
    given = inputs()
    output = scaled_dot_product(*given)
    scores = Trace.of(output, given)["scores"]
    return Trace.of(followed((output,), {scores: CELLS})[output], given)


def test_cells_are_what_was_set_and_what_was_there() -> None:
    x = inputs()[0]
    step = put(x, {(1, 2): 9.0, (-1, 0): 8.0}, "set", "S")
    wanted = x.value.copy()
    wanted[1, 2], wanted[4, 0] = 9, 8
    assert np.array_equal(step.value, wanted)
    for cell in np.ndindex(wanted.shape):
        grounded = ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True)))
        assert ex.evaluate(grounded) == wanted[cell]
    with pytest.raises(IndexError):
        put(x, {(5, 0): 1.0})


def test_steps_keep_their_names_and_places_and_are_shared_where_nothing_follows() -> None:
    given = inputs()
    output = scaled_dot_product(*given)
    whole, trace = Trace.of(output, given), changed_trace()
    assert [step.name for step in trace] == [step.name for step in whole]
    found = followed((output,), {whole["attention weights"]: {(0, 0): 0.5}})
    assert set(found) == {whole["attention weights"], output}
    assert found[output].value[0] - output.value[0] == pytest.approx(
        (0.5 - whole["attention weights"].value[0, 0]) * given[2].value[0]
    )
    assert followed((output,), {}) == {}


def test_an_exported_script_prints_the_same_numbers() -> None:
    trace = changed_trace()
    found: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(trace.to_numpy_code(), found)
    arrays = [each for each in found.values() if isinstance(each, np.ndarray)]
    assert any(each.shape == trace.output.value.shape and np.allclose(each, trace.output.value) for each in arrays)
    assert "torch.reshape" in trace.to_torch_code()


def test_what_follows_and_is_not_finite_is_refused() -> None:
    given = inputs()
    output = scaled_dot_product(*given)
    with pytest.raises(InputError, match="scores, query 1, key 1: grows beyond the largest number"):
        followed((output,), {given[0]: {(0, 0): 1e308}, given[1]: {(0, 0): 1e308}})
