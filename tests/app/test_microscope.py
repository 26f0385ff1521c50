"""The microscope: what it answers with the tiny models, its measures, its queue, and the recorded run."""

from __future__ import annotations

import gzip
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.requests import Request

from attention_core import CURRICULUM
from attention_core.engine.language import speaking
from attention_core.models import ModelError, known_models, open_model
from tests.waiting import alone
from ui import catalogues, wire
from ui.jobs import BusyError, Jobs, Shelf
from ui.microscope import answers, routes, texts
from ui.microscope.cells import arithmetic
from ui.microscope.discoveries import BARK, DISCOVERIES, MINILM, SMOLLM2, shown
from ui.microscope.heads import MOST_QUERIES, head_trace
from ui.microscope.measures import measured
from ui.microscope.page import TEXT, microscope_data
from ui.wire import WireMicroscope

from .helpers import strict_json
from .test_wire import assert_is

TINY = Path(__file__).parents[1] / "golden" / "models"
TEXTS = {"bert": "the cat saw the cat", "llama": "the cat", "gpt2": "the cat"}
HEADERS = {"content-type": "application/json", "sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def _tiny_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models of ATLAS_MODELS are the tiny ones; nothing of another test is on the shelves."""
    monkeypatch.setenv("ATLAS_MODELS", str(TINY))
    monkeypatch.setattr(answers, "TEXTS", Shelf(50_000_000))
    monkeypatch.setattr(routes, "ANSWERS", Shelf(1_000_000))


def sent(what: str, question: Any, headers: dict[str, str] = HEADERS) -> tuple[int, Any]:
    """Status and content of the answer to a post; while it waits in the queue it is asked again, as a browser does."""
    while (found := posted(what, question, headers))[0] == 202:
        assert found[1]["said"]
    return found


def posted(what: str, question: Any, headers: dict[str, str]) -> tuple[int, Any]:
    parts = [json.dumps(question).encode() if not isinstance(question, bytes) else question]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": False}

    raw = [(key.encode(), text.encode()) for key, text in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "path_params": {"what": what}}
    found = alone(routes.post(Request(scope, receive)))
    body = bytes(found.body)
    return found.status_code, strict_json(gzip.decompress(body).decode()) if body else None


def about(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "text": TEXTS.get(model, ""), **more}


def read_maps(answer: Any) -> Any:
    """The maps of a first view in 127ths, (layer, head, query, key)."""
    n, count = len(answer["tokens"]), answer["layers"] * answer["heads"]
    sizes = np.array([ord(letter) - 35 - (letter > "\\") for letter in answer["maps"]])
    whole = np.zeros((count, n, n))
    rows = np.ones((n, n)) if len(sizes) == whole.size else np.tri(n)
    whole[:, rows > 0] = sizes.reshape(count, -1)
    return whole.reshape(answer["layers"], answer["heads"], n, n)


def read_changes(run: Any, changed: Any) -> Any:
    """Changes in 127ths of the largest, (layer, head, query, key)."""
    found = read_maps({**run, "maps": changed["maps"]})
    return np.where(found % 2, -(found + 1) / 2, found / 2)


# --- models -----------------------------------------------------------------------------------------------------------

models = pytest.mark.parametrize("model", TEXTS)


@pytest.fixture
def _libraries() -> None:
    for library in ("safetensors", "tokenizers"):
        pytest.importorskip(library)


needs_libraries = pytest.mark.usefixtures("_libraries")


@needs_libraries
@models
def test_the_first_view_has_the_weights_of_all_heads(model: str) -> None:
    status, answer = sent("run", about(model))
    assert status == 200
    trace = open_model(TINY / model).trace(TEXTS[model])
    maps = read_maps(answer)
    for layer in range(answer["layers"]):
        wanted = trace[f"layer {layer + 1}/attention weights"].value
        assert np.abs(maps[layer] / 127 - wanted).max() <= 0.5 / 127 + 1e-6


@needs_libraries
def test_a_text_that_sees_only_what_is_before_sends_only_that() -> None:
    for model, share in (("bert", 1.0), ("llama", None)):
        _, answer = sent("run", about(model))
        n, count = len(answer["tokens"]), answer["layers"] * answer["heads"]
        assert len(answer["maps"]) == count * (n * n if share else n * (n + 1) // 2)


@needs_libraries
@models
def test_changes_are_sent_in_parts_of_the_largest(model: str) -> None:
    question = about(model, without=[[1, 1]])
    _, answer = sent("run", question)
    before, after = (answers.text_of(answers.asked_of(about(model, **more))) for more in ({}, {"without": [[1, 1]]}))
    apart = np.concatenate(after.layers).astype(float) - np.concatenate(before.layers)
    top = answer["changed"]["top"]
    assert top == pytest.approx(np.abs(apart).max())
    found = read_changes(answer, answer["changed"]).reshape(apart.shape)
    assert np.abs(found / 127 * top - apart).max() <= 0.5 / 127 * top + 1e-9


LONG = (
    "The animal didn't cross the street because it was too tired, and so its driver waited beside the old bridge, "
    "where rain had fallen since Tuesday. Nobody had told him when the road would be open again, or who was to pay "
    "for the hay and the water; so he read yesterday's paper once more, counted his coins, wrote a letter to his "
    "sister in Lisbon, and slept until the bells of the church woke both of them. Then they went on together, "
    "slowly, over the hill, past the long wall of the monastery, and down to the harbour, where a ship was waiting."
)


@pytest.mark.parametrize("key", [MINILM, SMOLLM2])
@pytest.mark.parametrize(("text", "most"), [(BARK, 60_000), (LONG, 600_000)])
def test_the_first_view_is_small(key: str, text: str, most: int) -> None:
    if key not in {each.key for each in known_models()}:
        pytest.skip(f"{key} is not installed: make models")
    answer = answers.run_answer(answers.Asked(key, text))
    assert len(answer["tokens"]) > (120 if most > 60_000 else 9)
    assert len(gzip.compress(json.dumps(answer).encode(), 6)) <= most


@needs_libraries
@models
def test_a_head_on_the_stage_is_that_of_the_model(model: str) -> None:
    text = answers.text_of(answers.asked_of(about(model)))
    for head in range(1, len(text.layers[0]) + 1):
        found = head_trace(text, 1, head)
        assert np.abs(found["attention weights"].value - text.layers[0][head - 1]).max() < 1e-5
        assert np.abs(found.output.value - text.ran["layer 1/head outputs"].value[head - 1]).max() < 1e-5
        assert head_trace(text, 1, head, 1)["attention weights"].value == pytest.approx(
            found["attention weights"].value[1:2]
        )


@needs_libraries
@models
def test_a_head_that_is_off_changes_what_is_behind_it_and_nothing_before(model: str) -> None:
    _, answer = sent("run", about(model, without=[[2, 1]]))
    largest = np.reshape(answer["changed"]["largest"], (answer["layers"], answer["heads"]))
    assert not largest[:2].any()
    assert (answer["layers"] == 2) or largest[2:].any()
    outcome = answer["changed"]["outcome"]
    assert outcome["cosine"] < 1 - 1e-7 if model == "bert" else outcome["before"] != outcome["after"]


@needs_libraries
@models
def test_an_arrow_that_is_off_gets_no_weight_on_the_stage_either(model: str) -> None:
    text = answers.text_of(answers.asked_of(about(model, without=[[1, 1, 2, 1]])))
    weights = head_trace(text, 1, 1)["attention weights"].value
    assert weights[1, 0] == 0
    assert weights[1].sum() == pytest.approx(1)


@needs_libraries
@models
def test_every_step_has_a_window_and_the_arithmetic_of_a_cell(model: str) -> None:
    _, run = sent("run", about(model))
    text = answers.text_of(answers.asked_of(about(model)))
    for name in run["steps"][::5]:
        window = answers.values(answers.asked_of(about(model, step=name)))
        step = text.ran[name]
        assert window["cells"][0][0] == pytest.approx(float(np.atleast_1d(step.value).flat[0]))
        told = arithmetic(step, window["at"])
        assert (told["numbers"] != "") == (step.primitive is not None)
        for part in told["made"]:
            assert text.ran[part["name"]].value[tuple(part["at"])] == pytest.approx(
                float(part["value"].replace("\u2212", "-").replace("\u221e", "inf")), abs=1e-3, rel=1e-2
            )


SETTINGS: list[list[Any]] = [["layer 2/scores", [0, 1, 0], 2.5], ["layer 1/W_v", [0, 1, 2], 3.0]]


@needs_libraries
@models
def test_a_number_set_by_hand_is_followed_through_every_answer(model: str) -> None:
    changes = {"edits": SETTINGS, "without": [[1, 2]]}
    _, run = sent("run", about(model, **changes))
    text = answers.text_of(answers.asked_of(about(model, **changes)))
    whole = answers.text_of(answers.asked_of(about(model)))
    assert run["changed"]["top"] > 0
    (score, weight) = run["settings"]
    assert (score["step"], score["value"], weight["before"]) == (
        "layer 2/scores", 2.5, pytest.approx(float(whole.ran["layer 1/W_v"].value[0, 1, 2])),
    )  # fmt: skip
    _, cell = sent("cell", about(model, step="layer 2/scores", at=[0, 1, 0], **changes))
    assert (cell["fixed"], cell["value"], cell["numbers"]) == (True, 2.5, "")
    assert cell["before"] == pytest.approx(float(whole.ran["layer 2/scores"].value[0, 1, 0]))
    _, window = sent("values", about(model, step="layer 2/attention weights", at=[0, 0, 0], **changes))
    assert np.array(window["cells"])[1, 0] == pytest.approx(float(text.ran["layer 2/attention weights"].value[0, 1, 0]))
    assert np.array(window["before"])[1, 0] == pytest.approx(
        float(whole.ran["layer 2/attention weights"].value[0, 1, 0])
    )


@needs_libraries
@models
@pytest.mark.parametrize("query", [None, 1])
@pytest.mark.parametrize("name", ["scores", "attention weights", "head outputs"])
def test_a_number_set_by_hand_is_on_the_stage_of_its_head_too(model: str, name: str, query: int | None) -> None:
    text = answers.text_of(answers.asked_of(about(model, edits=[[f"layer 1/{name}", [1, 1, 0], 0.75]])))
    for head in (1, 2):
        trace = head_trace(text, 1, head, query)
        rows = slice(None) if query is None else slice(1, 2)
        wanted = text.ran["layer 1/head outputs"].value[head - 1][rows]
        assert np.abs(trace.output.value - wanted).max() < 1e-5
        assert np.abs(trace["attention weights"].value - text.layers[0][head - 1][rows]).max() < 1e-5
    stage = answers.opened_head(answers.asked_of(about(model, edits=[[f"layer 1/{name}", [1, 1, 0], 0.75]], head=2)))
    assert_is(stage, wire.WireOpened, "head")


@needs_libraries
def test_a_weight_beyond_1_is_drawn_as_1() -> None:
    _, run = sent("run", about("bert", edits=[["layer 1/attention weights", [0, 1, 0], 5.0]]))
    assert read_maps(run)[0, 0, 1, 0] == 127


@needs_libraries
@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ([["layer 9/scores", [0, 0, 0], 1]], "no step “layer 9/scores”"),
        ([["layer 1/scores", [0, 0, 99], 1]], "layer 1/scores has no key 99"),
        ([["layer 1/scores", [0, 0], 1]], "has 3 positions (head, query, key)"),
        ([["layer 1/scores", "x", 1]], "is no edit"),
        ([3], "is no edit"),
        ({}, "lists what is switched off and what is set"),
    ],
)
def test_what_cannot_be_set_gets_one_sentence(edits: Any, words: str) -> None:
    status, answer = sent("run", about("bert", edits=edits))
    assert status == 422
    assert words in answer["problem"]


# --- two runs side by side --------------------------------------------------------------------------------------------


@needs_libraries
def test_two_sentences_of_as_many_tokens_have_a_difference() -> None:
    question = about("bert", against={"model": "bert", "text": "the dog saw the cat"})
    _, found = sent("compare", question)
    one, other = (answers.text_of(answers.Asked("bert", text)) for text in (TEXTS["bert"], "the dog saw the cat"))
    apart = np.concatenate(one.layers) - np.concatenate(other.layers)
    maps, top = read_changes(found["other"], found["changed"]), found["changed"]["top"]
    assert np.abs(maps.reshape(apart.shape) * top / 127 - apart).max() <= top / 254 + 1e-6
    assert found["changed"]["outcome"]["cosine"] == pytest.approx(float(one.ran.output.value @ other.ran.output.value))
    assert found["said"] == ""
    _, alone = sent("run", question["against"])
    assert found["other"] == alone


@needs_libraries
def test_runs_with_other_places_are_beside_each_other_and_it_is_said_why() -> None:
    _, found = sent("compare", about("bert", against={"model": "bert", "text": "the cat"}))
    assert found["changed"] is None
    one, other = (len(answers.text_of(answers.Asked("bert", text)).tokens) for text in (TEXTS["bert"], "the cat"))
    assert found["said"] == f"One has {one} tokens, the other {other}. No map is subtracted from another."
    _, found = sent("compare", about("bert", text="the cat", against=about("llama")))
    assert "No map is subtracted" in found["said"]
    assert found["other"]["title"] == "llama"


@needs_libraries
def test_a_changed_run_beside_the_one_without_the_changes_differs_as_its_own_answer_says() -> None:
    changes = {"edits": SETTINGS, "without": [[1, 2]]}
    _, found = sent("compare", about("llama", **changes, against=about("llama")))
    _, run = sent("run", about("llama", **changes))
    assert found["changed"] == run["changed"]
    assert sent("compare", about("llama"))[0] == 422


@needs_libraries
@models
def test_answers_are_sent_as_described(model: str) -> None:
    more = {"edits": SETTINGS}
    of_all = {
        "run": wire.WireRun,
        "compare": wire.WireCompared,
        "values": wire.WireWindow,
        "cell": wire.WireArithmetic,
        "gradient": wire.WireGradient,
    }
    of_kind = (
        {"similar": wire.WireSimilar}
        if model == "bert"
        else {"next": wire.WireNext, "lens": wire.WireLens, "write": wire.WireWritten}
    )
    question = about(model, **more, step="layer 2/scores", at=[0, 1, 1], against=about(model), other="the cat", most=1)
    for what, kind in {**of_all, **of_kind}.items():
        status, answer = sent(what, question)
        assert status == 200, answer
        assert_is(answer, kind, what)


@needs_libraries
def test_a_gradient_times_input_is_what_the_tokens_count_for() -> None:
    text = answers.text_of(answers.asked_of(about("bert")))
    answer = answers.gradient(answers.asked_of(about("bert", step="layer 1/queries", at=[0, 1, 0])))
    trace = text.ran
    assert trace.start
    X, W = trace.start.X.value, trace["layer 1/W_q"].value
    wanted = [float(X[1] @ W[0, 0]) if n == 1 else 0 for n in range(len(text.tokens))]
    assert answer["tokens"] == pytest.approx(wanted, abs=1e-6)
    assert answer["heads"][0] is None


@needs_libraries
def test_a_language_model_goes_on() -> None:
    _, answer = sent("next", about("llama", top_k=3))
    assert answer["kept"] == 3
    assert sum(each["probability"] for each in answer["next"]) == pytest.approx(1)
    _, lens = sent("lens", about("llama"))
    last = lens["levels"][-1]["guesses"][0]
    _, free = sent("next", about("llama"))
    assert last["id"] == free["next"][0]["id"]
    _, written = sent("write", about("llama", most=2, temperature=0))
    assert written["written"][0]["id"] == free["next"][0]["id"]


@needs_libraries
def test_a_sentence_is_like_itself() -> None:
    _, answer = sent("similar", about("bert", other=TEXTS["bert"]))
    assert answer["similarity"] == pytest.approx(1)


@needs_libraries
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"model": "bert", "text": "  "}, "Type a sentence"),
        ({"model": "bert", "text": "a " * 3000}, "characters"),
        ({"model": "bert", "text": "the " * 200}, "tokens"),
        ({"model": "nobody", "text": "the"}, "no model “nobody”"),
        ({"model": "bert", "text": "the", "without": [[9, 9]]}, "no layer 9"),
        ({"model": 3}, "names a model"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(question: Any, words: str) -> None:
    status, answer = sent("run", question)
    assert status == 422
    assert words in answer["problem"]


# --- the recorded run -------------------------------------------------------------------------------------------------


def test_the_recorded_run_needs_no_model() -> None:
    question = {"model": "recorded", "text": ""}
    status, answer = sent("run", question)
    assert status == 200
    assert (answer["layers"], answer["heads"], len(answer["tokens"])) == (6, 12, 11)
    assert [each["piece"] for each in answer["tokens"]][1:-1] == TEXT.lower().split()
    _, head = sent("head", {**question, "layer": 6, "head": 12})
    assert "attention weights" in [step["name"] for step in head["stage"]["steps"]]
    status, refused = sent("gradient", question)
    assert status == 422
    assert "recorded" in refused["problem"]


def test_the_recorded_weights_are_shares() -> None:
    for layer in texts.recorded().layers:
        assert layer.sum(-1) == pytest.approx(np.ones(layer.shape[:2]), abs=1e-5)


def test_the_page_is_sent_as_described() -> None:
    data = microscope_data()
    assert_is(data, WireMicroscope, "microscope")
    assert {model["key"] for model in data["models"]} >= set(TEXTS)


# --- measures ---------------------------------------------------------------------------------------------------------


def test_measures_are_1_of_heads_that_do_only_that() -> None:
    ids = [5, 6, 7, 5, 6, 7]
    n = len(ids)
    previous, first, induction, even = np.zeros((4, n, n))
    previous[0, 0] = 1
    previous[range(1, n), range(n - 1)] = 1
    first[:, 0] = 1
    induction[:, 0] = 1
    induction[[3, 4, 5]] = 0
    induction[[3, 4, 5], [1, 2, 3]] = 1
    even[:] = 1 / n
    found = measured([np.array([previous, first, induction, even, np.eye(n)])], ids)
    assert found["previous"] is not None
    assert found["previous"][0] == 1
    assert found["first"] is not None
    assert found["first"][1] == 1
    assert found["induction"] == pytest.approx([0, 0, 1, 1 / n, 0])
    assert found["uniform"] == pytest.approx([0, 0, 0, 1, 0])
    assert found["same"] is not None
    assert found["same"][3] == pytest.approx(1 / n)
    assert found["itself"] is not None
    assert found["itself"][4] == 1


def test_a_text_without_twins_has_no_induction() -> None:
    assert measured([np.full((1, 2, 2), 0.5)], [1, 2])["induction"] is None


@pytest.mark.parametrize("found", DISCOVERIES, ids=lambda each: each.title)
def test_what_was_found_in_real_weights_is_there(found: Any) -> None:
    if found.model not in {model.key for model in known_models()}:
        pytest.skip(f"{found.model} is not installed")
    text = answers.text_of(answers.Asked(found.model, found.text))
    place = (found.layer - 1) * len(text.layers[0]) + found.head - 1
    measure = measured(text.layers, [token.id for token in text.tokens])[found.claim[0]]
    assert measure is not None
    assert measure[place] >= found.claim[1]


def test_discoveries_prove_lessons_that_there_are() -> None:
    lessons = {mechanism.key for mechanism in CURRICULUM}
    for found in DISCOVERIES:
        assert found.proves, found.title
        assert set(found.proves) <= lessons, found.title


def test_without_models_the_recorded_run_shows_the_discoveries_it_has() -> None:
    found = shown(())
    assert [each for each, _ in found] == [each for each in DISCOVERIES if each.is_recorded]
    text = texts.recorded()
    for each, model in found:
        query = each.query(model)
        assert query["model"] == answers.RECORDED
        assert "text" not in query
        place = (each.layer - 1) * len(text.layers[0]) + each.head - 1
        measure = measured(text.layers, [token.id for token in text.tokens])[each.claim[0]]
        assert measure is not None
        assert measure[place] >= each.claim[1]


def test_a_lesson_leads_to_what_proves_it() -> None:
    assert [each.title for each, _ in shown((), "attention-sink")] == ["A place to rest"]
    both = {MINILM, SMOLLM2}
    assert [model for _, model in shown(both, "attention-sink")] == [MINILM, SMOLLM2]
    assert not shown((), "induction-heads")


def test_he_finds_bark_in_the_recorded_run() -> None:
    text = texts.recorded()
    he, bark = (text.labels.index(word) for word in ("he", "bark"))
    assert text.layers[5][11][he, bark] > 0.5


# --- the queue --------------------------------------------------------------------------------------------------------


def test_a_full_queue_takes_no_more_and_says_how_many_are_before() -> None:
    jobs, gate = Jobs[bytes](1, 2), threading.Event()

    def wait() -> bytes:
        gate.wait(10)
        return b""

    first, second = jobs.ask(1, wait), jobs.ask(2, wait)
    assert jobs.ask(2, wait) is second
    assert (jobs.before(1), jobs.before(2)) == (0, 1)
    with pytest.raises(BusyError):
        jobs.ask(3, wait)
    gate.set()
    assert first.result(10) == second.result(10) == b""


def test_a_shelf_stays_within_its_bytes() -> None:
    shelf = Shelf[int](10)
    for n in range(5):
        shelf.put(n, n, 4)
    assert shelf.bytes <= 10
    assert (shelf.get(0), shelf.get(4)) == (None, 4)
    shelf.put(9, 9, 11)
    assert shelf.get(9) is None


@pytest.mark.parametrize(
    ("what", "body", "headers", "status"),
    [
        ("nothing", {}, HEADERS, 404),
        ("run", {}, {**HEADERS, "sec-fetch-site": "cross-site"}, 403),
        ("run", b"x" * 70_000, HEADERS, 413),
        ("run", b"{", HEADERS, 400),
        ("run", [], HEADERS, 422),
    ],
)
def test_other_posts_are_refused(what: str, body: Any, headers: dict[str, str], status: int) -> None:
    assert sent(what, body, headers)[0] == status


def test_of_a_long_text_one_query_stands_on_the_stage() -> None:
    text = texts.recorded()
    assert len(text.tokens) <= MOST_QUERIES
    assert head_trace(text, 1, 1, 3)["attention weights"].value.shape == (1, len(text.tokens))
    with pytest.raises(ModelError, match="no head 13"):
        text.head(1, 13)


def said_in(name: str, what: str, question: Any) -> Any:
    """The answer to a post in a language."""

    async def ask() -> Any:
        with speaking(name):
            while (
                found := await routes._answered(what, answers.QUESTIONS[what], answers.asked_of(question))
            ).status_code == 202:
                pass
        return found

    return strict_json(gzip.decompress(bytes(alone(ask()).body)).decode())


def test_an_answer_is_kept_for_those_who_speak_its_language() -> None:
    assert catalogues.LOCALE.is_dir()  # with its import all languages are there
    question = about("bert", layer=1, head=1, query=0)
    english, chinese = (said_in(name, "head", question)["stage"]["stops"][0]["words"] for name in ("en", "zh"))
    assert english.startswith("<p>What the model has computed for this head")
    assert "模型" in chinese
    cell = said_in("zh", "cell", about("bert", step="layer 1/scores", at=[0, 0, 0]))
    assert "查询" in cell["named"]
