"""Traces of tiny random models: PyTorch's numbers, cells that equal their arithmetic, gradients that are slopes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from attention_core.engine.backward import recomputed_with
from attention_core.engine.step import Step
from attention_core.models import ModelTrace
from tests.core.models.helpers import FAMILIES, LANGUAGE, TEXT, records, tiny
from tests.sampling import naming

# Of Llama, transformers computes norms, rotations and softmax in single precision, whatever the model's is.
WITHIN = {"bert": 1e-9, "gpt2": 1e-9, "llama": 3e-6}
CASES = [(family, n) for family in FAMILIES for n in range(2)]


def levels(trace: ModelTrace) -> list[Step]:
    """The vectors between the layers, the first ones first; PyTorch gives the last of a language model normed."""
    last = trace.run.config.layers if trace.run else 0
    between = [trace[f"layer {n}/output"] for n in range(1, last + 1)]
    if trace.run and trace.run.config.causal:
        between[-1] = trace["last norm"]
    assert trace.start
    return [trace.start.X, *between]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("family", "n"), CASES)
def test_every_layer_has_the_numbers_of_pytorch(family: str, n: int, dtype: str) -> None:
    within = WITHIN[family] if dtype == "float64" else 2e-5
    model, golden = tiny(family, dtype), records(family)[n]
    trace = model.trace(golden["text"])
    assert [token.id for token in trace.tokens] == golden["ids"]
    for layer, weights in enumerate(golden["attention"], 1):
        assert np.abs(trace[f"layer {layer}/attention weights"].value - weights).max() < within
    hidden = np.array(golden["hidden"])
    assert np.abs(np.array([step.value for step in levels(trace)]) - hidden).max() < within * np.abs(hidden).max()
    assert {step.value.dtype for step in trace} == {np.dtype(dtype)}


@pytest.mark.parametrize("family", LANGUAGE)
def test_the_scores_of_words_are_those_of_pytorch(family: str) -> None:
    for golden in records(family):
        trace = tiny(family).trace(golden["text"])
        assert trace.output.name == "logits"
        assert np.abs(trace.output.value[-1] - golden["last logits"]).max() < WITHIN[family]


def test_the_vector_of_a_sentence_is_the_mean_of_its_tokens_made_1_long() -> None:
    model = tiny("bert")
    for golden in records("bert"):
        assert np.abs(model.sentence_vector(golden["text"]).value - golden["sentence"]).max() < 1e-10
    one, other = (np.array(golden["sentence"]) for golden in records("bert"))
    texts = [golden["text"] for golden in records("bert")]
    assert model.similarity(*texts).value == pytest.approx(one @ other, abs=1e-10)
    assert model.similarity(texts[0], texts[0]).value == pytest.approx(1)


# --- cells and gradients ----------------------------------------------------------------------------------------------


def one_of_each_kind(trace: ModelTrace) -> list[Step]:
    """Of every kind of step one: of those that repeat the one in the last layer."""
    return list({step.base_name: step for step in trace}.values())


def cells(step: Step) -> list[tuple[int, ...]]:
    last = tuple(size - 1 for size in step.value.shape)
    return [tuple(size // 3 for size in step.value.shape), last]


@pytest.mark.parametrize("family", FAMILIES)
def test_cells_equal_their_arithmetic(family: str) -> None:
    for step in one_of_each_kind(tiny(family).trace(TEXT)):
        for cell in cells(step):
            with naming((step.name, cell)):
                grounded = ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True)))
                assert ex.evaluate(grounded) == pytest.approx(float(step.value[cell]), rel=1e-9, abs=1e-12)
                assert len(ex.leaves(grounded)) < 700, "one cell should be read in one line"


@pytest.mark.parametrize("family", FAMILIES)
def test_gradients_are_slopes(family: str) -> None:
    trace = tiny(family).trace(TEXT)
    at = tuple(size - 1 for size in trace.output.value.shape)
    weight = trace["layer 1/W_v"]
    gradients = trace.gradients(at=at, wanted=[*trace.steps, weight])
    kinds = [step for step in one_of_each_kind(trace) if f"gradient of {step.name}" in gradients and step.value.ndim]
    assert len(kinds) > 20
    for step in [*kinds, weight]:
        with naming(step.name):
            slope = gradients[f"gradient of {step.name}"].value
            cell = tuple(np.argwhere(np.abs(slope) == np.abs(slope).max())[0])
            assert slope[cell] == pytest.approx(slope_of(trace.output, at, step, cell), rel=1e-4, abs=1e-7)


def slope_of(output: Step, at: tuple[int, ...], step: Step, cell: tuple[int, ...]) -> float:
    """How fast one number follows another, by the difference over two small steps; a hidden score stays hidden."""
    width = 1e-5
    ends = []
    for sign in (1, -1):
        moved = np.array(step.value)
        moved[cell] += sign * width
        ends.append(float(recomputed_with(output, {step: moved})[at]))
    return (ends[0] - ends[1]) / (2 * width)


def test_gradients_of_weights_are_made_for_those_who_ask() -> None:
    trace = tiny("llama").trace(TEXT)
    assert not any("W_" in step.name for step in trace.gradients(at=(0, 0)))
    some, all_of_them = trace.gradients(at=(5, 3)), super(ModelTrace, trace).gradients(at=(5, 3))
    shared = [step.name for step in some if step.name in all_of_them]
    assert len(shared) > 40
    for name in shared:
        assert np.allclose(some[name].value, all_of_them[name].value, rtol=1e-12, atol=1e-14)


def test_gradients_have_the_precision_of_the_trace() -> None:
    trace = tiny("llama", "float32").trace(TEXT)
    assert {step.value.dtype for step in trace.gradients(at=(5, 3))} == {np.dtype("float32")}


# --- names, weights, memory -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_steps_are_named_once_and_weights_are_the_models(family: str) -> None:
    model = tiny(family)
    trace, other = model.trace(TEXT), model.trace("A dog ran home, and the cat")
    found = [step.name for step in trace]
    assert len(set(found)) == len(found)
    assert not set(found) & set(model.weights.names)
    assert trace["layer 1/W_q"] is other["layer 1/W_q"]
    assert {axis.name for axis in trace["layer 2/scores"].axes} == {"head", "query", "key"}
    assert trace["layer 2/attention weights"].axis("key").labels == tuple(token.piece for token in trace.tokens)
    with pytest.raises(KeyError, match="no step 'layer 9/scores'"):
        trace["layer 9/scores"]


@pytest.mark.parametrize(("family", "dtype"), [*itertools.product(FAMILIES, ["float32", "float64"])])
def test_the_memory_of_a_trace_is_within_what_was_stated(family: str, dtype: str) -> None:
    model = tiny(family, dtype)
    for text in ("dog", "the dog ran home " * 2):
        trace = model.trace(text)
        assert trace.nbytes <= model.bytes_for(len(trace.tokens)) <= 2.5 * trace.nbytes


def test_a_step_of_a_model_shows_itself_in_a_notebook() -> None:
    assert "attention weights" in tiny("gpt2").trace(TEXT)["layer 1/attention weights"]._repr_html_()
