"""Single numbers set by hand: what follows is what the primitives give, and what does not follow stays."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from attention_core.engine.step import Step
from attention_core.models import Edit, ModelError, ModelTrace
from tests.core.models.helpers import FAMILIES, LANGUAGE, TEXT, tiny
from tests.core.models.test_numbers import one_of_each_kind, slope_of
from tests.sampling import naming

families = pytest.mark.parametrize("family", FAMILIES)


def values(trace: ModelTrace, name: str) -> np.ndarray:
    return trace[name].value


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Equal but for the order in which a processor adds up: where arrays lie in memory decides it."""
    return np.allclose(one, other, rtol=1e-12, atol=1e-14)


def softmax(scores: np.ndarray) -> np.ndarray:
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


@families
def test_a_score_set_by_hand_goes_through_softmax_and_into_the_output_of_its_head(family: str) -> None:
    whole = tiny(family).trace(TEXT)
    trace = tiny(family).trace(TEXT, edits=[("layer 2/scores", (1, 4, 2), 7.5)])
    scores = values(whole, "layer 2/scores").copy()
    scores[1, 4, 2] = 7.5
    assert np.array_equal(values(trace, "layer 2/scores"), scores)
    scaled = scores[1, 4] / np.sqrt(whole["layer 2/queries"].size("feature"))
    if family in LANGUAGE:
        scaled[5:] = -np.inf
    A = values(trace, "layer 2/attention weights")
    assert A[1, 4] == pytest.approx(softmax(scaled), abs=1e-12)
    V = values(whole, "layer 2/values")
    own = V[1 * len(V) // len(A)]
    assert values(trace, "layer 2/head outputs")[1, 4] == pytest.approx(A[1, 4] @ own, abs=1e-12)
    others = np.ones(A.shape[:2], bool)
    others[1, 4] = False
    assert alike(A[others], values(whole, "layer 2/attention weights")[others])
    assert alike(values(trace, "layer 1/output"), values(whole, "layer 1/output"))
    assert not np.array_equal(trace.output.value, whole.output.value)


@families
def test_a_weight_of_attention_set_by_hand_counts_its_value_and_no_other_weight_changes(family: str) -> None:
    whole = tiny(family).trace(TEXT)
    trace = whole.edited(Edit("layer 1/attention weights", (0, 3, 1), 2.0))
    before, after = values(whole, "layer 1/attention weights"), values(trace, "layer 1/attention weights")
    assert np.argwhere(before != after).tolist() == [[0, 3, 1]]
    gained = (2.0 - before[0, 3, 1]) * values(whole, "layer 1/values")[0, 1]
    wanted = values(whole, "layer 1/head outputs")[0, 3] + gained
    assert values(trace, "layer 1/head outputs")[0, 3] == pytest.approx(wanted, abs=1e-12)
    assert whole["layer 1/scores"] is trace["layer 1/scores"]


@families
def test_a_number_of_an_embedding_changes_the_queries_by_its_row_of_the_projection(family: str) -> None:
    whole = tiny(family).trace(TEXT)
    name = "embeddings" if family == "bert" else "word vectors"
    trace = tiny(family).trace(TEXT, edits=[(name, (2, 3), 0.5)])
    assert trace.start
    assert values(trace, name)[2, 3] == 0.5
    moved = np.abs(values(trace, "layer 1/keys") - values(whole, "layer 1/keys")).max((0, 2)) > 0
    assert moved.tolist() == [n == 2 for n in range(len(trace.tokens))]
    if family == "bert":
        W, X = whole["layer 1/W_k"].value, values(whole, name)
        gained = (0.5 - X[2, 3]) * W[:, :, 3]
        wanted = values(whole, "layer 1/keys")[:, 2] + gained
        assert values(trace, "layer 1/keys")[:, 2] == pytest.approx(wanted, abs=1e-12)


@families
@pytest.mark.parametrize("name", ["layer 2/W_o", "layer 1/W_v"])
def test_a_learned_number_set_by_hand_is_one_of_the_model_for_this_text_alone(family: str, name: str) -> None:
    model = tiny(family)
    whole = model.trace(TEXT)
    cell = (0, 1, 2)[: whole[name].value.ndim]
    trace = model.trace(TEXT, edits=[(name, cell, 3.0)])
    assert trace[name].value[cell] == 3
    assert np.argwhere(trace[name].value != whole[name].value).tolist() == [list(cell)]
    assert alike(model.trace(TEXT).output.value, whole.output.value)
    assert name not in trace
    if name.endswith("W_o"):
        C, W = values(trace, "layer 2/concatenated heads"), trace[name]
        bias = trace["layer 2/b_o"].value if "layer 2/b_o" in model.weights else 0
        wanted = C @ (W.value.T if W.axes[0].name == "model" else W.value) + bias
        assert values(trace, "layer 2/attention output") == pytest.approx(wanted, abs=1e-12)


@families
def test_a_number_of_the_table_of_words_reaches_every_token_that_is_this_word(family: str) -> None:
    model = tiny(family)
    whole = model.trace(TEXT)
    id = whole.tokens[2].id
    trace = model.trace(TEXT, edits=[("word table", (id, 1), 0.25)])
    changed = values(trace, "word vectors") != values(whole, "word vectors")
    assert sorted({int(row) for row, _ in np.argwhere(changed)}) == [
        n for n, token in enumerate(whole.tokens) if token.id == id
    ]
    assert (values(trace, "word vectors")[2, 1]) == 0.25
    if family in LANGUAGE and model.config.tied:
        assert trace.output.value == pytest.approx(values(trace, "last norm") @ trace["word table"].value.T, abs=1e-12)


# --- arithmetic, gradients, and edits together ------------------------------------------------------------------------

SOME = (
    ("layer 1/scores", (1, 4, 2), 1.5),
    ("layer 2/attention weights", (0, 3, 1), 0.75),
    ("layer 1/W_v", (1, 2, 1), -0.5),
    ("layer 1/output", (1, 2), 2.0),
)


@families
def test_cells_equal_their_arithmetic_where_numbers_are_set(family: str) -> None:
    trace = tiny(family).trace(TEXT, edits=SOME)
    set_by_hand = [(trace[name], at) for name, at, _ in SOME if name in trace]
    ends = [(step, tuple(size - 1 for size in step.value.shape)) for step in one_of_each_kind(trace)]
    for step, cell in [*set_by_hand, *ends]:
        with naming((step.name, cell)):
            grounded = ex.ground(step.expression, dict(zip(names(step.axes), cell, strict=True)))
            assert ex.evaluate(grounded) == pytest.approx(float(step.value[cell]), rel=1e-9, abs=1e-12)
    step, cell = set_by_hand[0]
    assert step.arithmetic(*cell).numbers == "1.5"


@families
def test_gradients_are_slopes_where_numbers_are_set(family: str) -> None:
    trace = tiny(family).trace(TEXT, edits=SOME)
    at = tuple(size - 1 for size in trace.output.value.shape)
    wanted: list[Step] = [*trace.steps, trace["layer 1/W_v"]]
    gradients = trace.gradients(at=at, wanted=wanted)
    kinds = ["layer 1/queries", "layer 1/scores", "layer 1/attention weights", "layer 2/values", "word vectors"]
    for step in [*(trace[name] for name in kinds), trace["layer 1/W_v"]]:
        with naming(step.name):
            slope = gradients[f"gradient of {step.name}"].value
            cell = tuple(np.argwhere(np.abs(slope) == np.abs(slope).max())[0])
            assert slope[cell] == pytest.approx(slope_of(trace.output, at, step, cell), rel=1e-4, abs=1e-7)


def test_no_gradient_passes_back_through_a_number_set_by_hand() -> None:
    trace = tiny("bert").trace(TEXT, edits=[("layer 1/scores", (1, 4, 2), 1.5)])
    back = trace.gradients("layer 1/scores", (1, 4, 2), [trace["layer 1/queries"]])
    assert not back["gradient of layer 1/queries"].value.any()
    back = trace.gradients("layer 1/scores", (1, 4, 3), [trace["layer 1/queries"]])
    assert back["gradient of layer 1/queries"].value[1, 4] == pytest.approx(values(trace, "layer 1/keys")[1, 3])


@families
def test_edits_and_switches_hold_together_in_either_order(family: str) -> None:
    at_once = tiny(family).trace(TEXT, without=[(2, 3)], edits=SOME)
    for other in (
        tiny(family).trace(TEXT, edits=SOME).without((2, 3)),
        tiny(family).trace(TEXT, without=[(1, 1)], edits=SOME[:1]).edited(*SOME).without((2, 3)),
    ):
        assert all(alike(step.value, other[step.name].value) for step in at_once)
        assert [step.name for step in at_once] == [step.name for step in other]
    assert at_once.whole
    plain = at_once.edited()
    assert not plain.edits
    assert alike(plain.output.value, tiny(family).trace(TEXT, without=[(2, 3)]).output.value)


def test_an_edit_to_the_number_that_is_there_changes_nothing() -> None:
    whole = tiny("llama").trace(TEXT)
    same = float(values(whole, "layer 1/scores")[0, 1, 0])
    again = whole.edited(("layer 1/scores", (0, 1, 0), same))
    assert all(alike(step.value, again[step.name].value) for step in whole)
    assert [step.name for step in whole] == [step.name for step in again]


def test_the_later_of_two_edits_of_a_cell_counts() -> None:
    trace = tiny("gpt2").trace(TEXT, edits=[("logits", (0, 0), 1.0), ("logits", (0, 0), 2.0)])
    assert trace.output.value[0, 0] == 2
    assert len(trace.edits) == 1


@pytest.mark.parametrize("family", LANGUAGE)
def test_edits_hold_while_a_text_is_written(family: str) -> None:
    edits = [("layer 1/W_v", (0, 1, 2), 3.0), ("layer 2/values", (0, 1, 1), 4.0)]
    written = list(tiny(family).generate(TEXT, 3, edits=edits))
    assert written[0].trace["layer 2/values"].value[0, 1, 1] == 4
    assert written[2].trace["layer 2/cached values"].value[0, 1, 1] == 4
    assert written[2].trace["layer 1/W_v"].value[0, 1, 2] == 3
    text = tiny(family).trace(TEXT, edits=edits)
    assert written[0].token.id == text.likeliest(1)[0].id


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (("layer 9/scores", (0, 0, 0), 1.0), "There is no step “layer 9/scores” in this text"),
        (("layer 1/scores", (0, 0), 1.0), r"A cell of layer 1/scores has 3 positions \(head, query, key\), and 2 were"),
        (("layer 1/scores", (0, 1, 99), 1.0), "layer 1/scores has no key 99: they count from 0 to"),
        (("layer 1/scores", (0, -1, 0), 1.0), "layer 1/scores has no query -1"),
        (("layer 1/scores", (0, 1, 2), float("nan")), r"layer 1/scores, head 1, query .+, key .+: nan is not finite"),
        (("layer 1/scores", (0, 1, 2), 1e300), "1e[+]300 is not finite in float32"),
        (("layer 1/scores", (0, 1, 2), True), "is no edit"),
        (("layer 1/scores", (0, 1, 2.0), 1.0), "is no edit"),
        ("layer 1/scores", "is no edit"),
        (("layer 1/W_q", (0, 0, 99), 1.0), "layer 1/W_q has no model 99"),
    ],
)
def test_what_is_not_there_cannot_be_set(edit: object, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        tiny("bert", "float32").trace(TEXT, edits=[edit])  # type: ignore[list-item]


def test_switches_are_not_set_by_hand() -> None:
    with pytest.raises(ModelError, match="switch it instead"):
        tiny("gpt2").trace(TEXT, without=[(1, 1, 2, 1)], edits=[("layer 1/visible", (0, 1, 0), 1.0)])


def test_no_more_than_so_many_numbers_are_set() -> None:
    with pytest.raises(ModelError, match="At most 64 numbers"):
        tiny("gpt2").trace(TEXT, edits=[("logits", (0, n), 1.0) for n in range(65)])
