"""The two real models, where `make models` installed them: the numbers of PyTorch, and cells and gradients once more.

`python -m training.models` recorded the numbers. Without the packages nothing of this runs.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from attention_core.engine import expression as ex
from attention_core.engine.axes import names
from attention_core.models import Model, known_models, open_model
from tests.core.models.helpers import records
from tests.sampling import naming

ENCODER, LANGUAGE = "all-minilm-l6-v2", "smollm2-135m-instruct"
PLACES = {known.key: known.place for known in known_models()}


def needs(key: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(key not in PLACES, reason=f"{key} is not installed: make models")


@lru_cache
def opened(key: str, dtype: str = "float32") -> Model:
    return open_model(PLACES[key], dtype)


@needs(ENCODER)
@pytest.mark.parametrize(("dtype", "within"), [("float64", 1e-9), ("float32", 5e-6)])
def test_minilm_has_the_numbers_of_pytorch(dtype: str, within: float) -> None:
    for golden in records(ENCODER):
        trace = opened(ENCODER, dtype).trace(golden["text"])
        assert [token.id for token in trace.tokens] == golden["ids"]
        for layer, rows in zip((1, 6), golden["attention of the last token"], strict=True):
            assert np.abs(trace[f"layer {layer}/attention weights"].value[:, -1] - rows).max() < within
        assert np.abs(trace["sentence vector"].value - golden["sentence"]).max() < within


@needs(ENCODER)
def test_minilm_finds_likeness() -> None:
    model = opened(ENCODER)
    alike, apart = (model.similarity("A dog barks.", other).value for other in ("The puppy is loud.", "Taxes rose."))
    assert alike > apart + 0.2


@needs(LANGUAGE)
def test_smollm2_has_the_numbers_of_pytorch() -> None:
    for golden in records(LANGUAGE):
        with naming(golden["text"]):
            trace = opened(LANGUAGE).trace(golden["text"])
            assert [token.id for token in trace.tokens] == golden["ids"]
            for layer, rows in zip((1, 30), golden["attention of the last token"], strict=True):
                assert np.abs(trace[f"layer {layer}/attention weights"].value[:, -1] - rows).max() < 1e-4
            best = trace.likeliest(8)
            assert [guess.id for guess in best] == golden["next ids"]
            assert [guess.probability for guess in best] == pytest.approx(golden["next probabilities"], abs=1e-3)


@needs(LANGUAGE)
def test_smollm2_knows_a_capital_and_says_so_in_its_last_layers() -> None:
    model = opened(LANGUAGE)
    trace = model.trace("The capital of France is the city of")
    assert trace.likeliest(1)[0].piece == " Paris"
    words = trace.lens().output
    assert words.axis("word").labels[int(words.value[-1].argmax())] == " Paris"
    assert words.axis("word").labels[int(words.value[0].argmax())] != " Paris"
    written = list(model.generate("The capital of France is the city of", 2))
    assert written[0].token.piece == " Paris"
    assert written[1].trace["layer 1/cached keys"].size("key") == 8
    step = trace["layer 3/masked scores"]
    grounded = ex.ground(step.expression, dict(zip(names(step.axes), (8, 7, 3), strict=True)))
    assert ex.evaluate(grounded) == pytest.approx(float(step.value[8, 7, 3]), rel=1e-4)
