"""attention() against the conformance cases of the ONNX operator `Attention`, as the onnx package itself makes them."""

from __future__ import annotations

import importlib
from collections import Counter
from typing import Any

import numpy as np
import onnx
import onnx.backend.test.case.node
import pytest
from onnx.reference import ReferenceEvaluator

from attention_core import Trace, attention
from attention_core.operator.attributes import rounding

INPUTS = tuple(each.name for each in onnx.defs.get_schema("Attention", 25).inputs)
OUTPUTS = tuple(each.name for each in onnx.defs.get_schema("Attention", 25).outputs)


def node(case: Any) -> Any:
    return case.model.graph.node[0]


# The package's own collector would make the cases of every operator there is; importing a file makes that file's.
importlib.import_module("onnx.backend.test.case.node.attention")
# Every case comes a second time as a graph of simpler operators, "..._expanded"; those say nothing new.
CASES = [case for case in onnx.backend.test.case.node._NodeTestCases if node(case).op_type == "Attention"]


def precision(case: Any) -> str:
    return str(case.data_sets[0][0][0].dtype)


def of(wanted: str) -> list[Any]:
    return [pytest.param(case, id=case.name.removeprefix("test_")) for case in CASES if precision(case) == wanted]


def test_no_case_is_missing() -> None:
    """As many as onnx 1.23.2 has; another version may have others, which are then to be looked at."""
    assert onnx.__version__ == "1.23.2"
    assert Counter(map(precision, CASES)) == {"float32": 82, "float16": 6, "bfloat16": 5}
    assert len({case.name for case in CASES}) == 93


@pytest.mark.parametrize("case", of("float32"))
def test_float32(case: Any) -> None:
    compare(case, case.rtol)


@pytest.mark.parametrize("case", of("float16"))
def test_float16(case: Any) -> None:
    compare(case, case.rtol)


@pytest.mark.parametrize("case", of("bfloat16"))
def test_bfloat16(case: Any) -> None:
    """The case's own 0.001 is less than the distance of neighbouring numbers; onnx's own runner takes two of those."""
    compare(case, 2**-6)


def compare(case: Any, rtol: float) -> None:
    """Every output the case declares, in shape, precision and value."""
    (inputs, outputs), *more = case.data_sets
    assert not more
    trace = run(case, inputs)
    declared = [name for name, given in zip(OUTPUTS, node(case).output, strict=False) if given]
    assert len(declared) == len(outputs)
    for name, wanted in zip(declared, outputs, strict=True):
        found = (trace.output if name == "Y" else trace[name]).value
        assert found.dtype == wanted.dtype, name
        assert found.shape == wanted.shape, name
        np.testing.assert_allclose(
            found.astype(float), wanted.astype(float), rtol=rtol, atol=case.atol, err_msg=name, equal_nan=False
        )


def run(case: Any, inputs: list[np.ndarray]) -> Trace:
    values = iter(inputs)
    operands = {name: next(values) for name, given in zip(INPUTS, node(case).input, strict=False) if given}
    attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node(case).attribute}
    if "qk_matmul_output" in node(case).output:
        attributes.setdefault("qk_matmul_output_mode", 0)  # declaring the output is how a graph asks for it
    return attention(**operands, **attributes)


# --- beyond the cases: whatever can be combined, against the package's reference implementation ----------------------


@pytest.mark.parametrize("seed", range(100))
def test_combinations(seed: int) -> None:
    operands, attributes = drawn(np.random.default_rng(seed))
    trace = attention(**operands, **attributes)
    for name, wanted in zip(OUTPUTS, reference(operands, attributes), strict=True):
        if name == "Y" or name in trace:
            found = (trace.output if name == "Y" else trace[name]).value
            assert found.shape == wanted.shape
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-7, err_msg=f"{name} {attributes}")


def drawn(rng: np.random.Generator) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs and attributes at random; every size is another prime, but for the six heads of queries."""
    batch, heads, shared, queries, keys, width, value = 2, 6, rng.choice([1, 2, 3, 6]), 3, 5, 7, 11
    kind = rng.choice(["nothing", "past", "padding"])
    total = keys + 2 if kind == "past" else keys
    attributes: dict[str, Any] = {
        "is_causal": int(rng.integers(2)),
        "left_window_size": int(rng.integers(-1, 4)),
        "right_window_size": int(rng.integers(-1, 4)),
        "softcap": float(rng.choice([0.0, 0.7])),
        "scale": float(rng.uniform(0.1, 1)),
        "softmax_precision": int(rng.choice([1, 11])),
        # The reference forgets the raw scores once it caps them; the operator's own text has them as mode 0.
        "qk_matmul_output_mode": int(rng.integers(1, 4)),
    }
    operands = {
        "Q": rng.normal(size=(batch, heads, queries, width)),
        "K": rng.normal(size=(batch, shared, keys, width)),
        "V": rng.normal(size=(batch, shared, keys, value)),
    }
    if rng.random() < 0.3:
        attributes |= {"q_num_heads": heads, "kv_num_heads": int(shared)}
        operands = {name: np.moveaxis(x, 1, 2).reshape(batch, x.shape[2], -1) for name, x in operands.items()}
    if rng.random() < 0.7:
        operands["attn_mask"] = some_mask(rng, (batch, heads, queries, total))
    if kind == "past":
        operands["past_key"] = rng.normal(size=(batch, shared, 2, width))
        operands["past_value"] = rng.normal(size=(batch, shared, 2, value))
    if kind == "padding":
        operands["nonpad_kv_seqlen"] = rng.integers(0, total - 1, size=batch)
    return operands, attributes


def some_mask(rng: np.random.Generator, sizes: tuple[int, ...]) -> np.ndarray:
    """Of two to four axes, any but the keys perhaps of size 1, the last key perhaps missing; booleans or numbers."""
    shape = [size if rng.random() < 0.6 else 1 for size in sizes[rng.integers(3) : -1]]
    shown = rng.random((*shape, sizes[-1] - rng.integers(2))) < 0.6
    return shown if rng.random() < 0.5 else np.where(shown, rng.normal(size=shown.shape), -np.inf)


def reference(operands: dict[str, Any], attributes: dict[str, Any]) -> list[np.ndarray]:
    names = [name if name in operands else "" for name in INPUTS]
    made = onnx.helper.make_node("Attention", names, OUTPUTS, **attributes)
    typed = [
        onnx.helper.make_tensor_value_info(name, onnx.helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for name, value in operands.items()
    ]
    results = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.DOUBLE, None) for name in OUTPUTS]
    graph = onnx.helper.make_graph([made], "attention", typed, results)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 25)])
    return ReferenceEvaluator(model).run(None, operands)


def test_rounding_to_bfloat16_is_that_of_the_package() -> None:
    bfloat16 = of("bfloat16")[0].values[0].data_sets[0][0][0].dtype
    ties = 1 + np.arange(9) / 2**8
    numbers = np.random.default_rng(0).normal(size=1000) * 10.0 ** np.arange(-30, 30, 0.06)
    numbers = np.concatenate([numbers, ties, -ties, [-np.inf]])
    assert np.array_equal(rounding(16, numbers), numbers.astype(np.float32).astype(bfloat16).astype(np.float32))
