"""Models that are uploaded: bounded, for one session, deleted with it; whatever is wrong with them is one sentence."""

from __future__ import annotations

import gc
import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from attention_core.models import ModelError
from tests.waiting import alone
from ui.jobs import Shelf
from ui.microscope import answers, routes, uploads
from ui.microscope.page import microscope_data
from ui.microscope.uploads import FILES, Upload, allowed, upload_of
from ui.wire import WireMicroscope

from .test_microscope import TINY, sent
from .test_wire import assert_is

BINARY = {"content-type": "application/octet-stream", "sec-fetch-site": "same-origin"}
TEXTS = {"bert": "the cat saw the cat", "gpt2": "the cat", "llama": "the cat"}


@pytest.fixture(autouse=True)
def _allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for library in ("safetensors", "tokenizers"):
        pytest.importorskip(library)
    monkeypatch.setenv("ATLAS_UPLOADS", "1")
    monkeypatch.setenv("ATLAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(answers, "TEXTS", Shelf(50_000_000))
    monkeypatch.setattr(routes, "ANSWERS", Shelf(1_000_000))
    yield
    gc.collect()


def posted(upload: Upload, file: str, content: bytes, headers: dict[str, str] = BINARY) -> tuple[int, str]:
    """Status and sentence of the answer to a file."""
    parts = [content[:100], content[100:]]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    raw = [(key.encode(), text.encode()) for key, text in headers.items()]
    path = {"session": upload.name, "file": file}
    found = alone(
        routes.receive(Request({"type": "http", "method": "POST", "headers": raw, "path_params": path}, receive))
    )
    if not found.body:
        return found.status_code, ""
    return found.status_code, json.loads(routes.gzip.decompress(bytes(found.body))).get("problem", "")


def given(upload: Upload, folder: Path) -> None:
    for file in FILES:
        assert posted(upload, file, (folder / file).read_bytes()) == (200, "")


def opened(upload: Upload) -> tuple[int, Any]:
    return sent("upload", {"model": "uploaded", "session": upload.name})


def question(upload: Upload, text: str, **more: Any) -> dict[str, Any]:
    return {"model": "uploaded", "text": text, "session": upload.name, **more}


@pytest.mark.parametrize("model", TEXTS)
def test_an_uploaded_model_reads_as_the_same_model_in_a_folder(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_MODELS", str(TINY))
    upload = Upload()
    given(upload, TINY / model)
    status, about = opened(upload)
    assert (status, about["key"]) == (200, "uploaded")
    _, ours = sent("run", question(upload, TEXTS[model], edits=[["layer 1/scores", [0, 1, 0], 3.0]]))
    _, theirs = sent("run", {"model": model, "text": TEXTS[model], "edits": [["layer 1/scores", [0, 1, 0], 3.0]]})
    assert ours["maps"] == theirs["maps"]
    assert ours["title"] == "Your model"
    against = {"model": model, "text": TEXTS[model]}
    _, found = sent("compare", question(upload, TEXTS[model], against=against))
    assert found["changed"]["top"] == 0


def test_it_is_of_one_session_and_gone_with_it() -> None:
    upload, other = Upload(), Upload()
    given(upload, TINY / "bert")
    opened(upload)
    sent("run", question(upload, TEXTS["bert"]))
    folder, name = upload.place, upload.name
    assert sorted(each.name for each in folder.iterdir()) == sorted(FILES)
    assert sent("run", question(other, TEXTS["bert"]))[1]["problem"] == "No model was uploaded in this session."
    assert answers.TEXTS.bytes > 0
    assert routes.ANSWERS.bytes > 0
    del upload
    gc.collect()
    deadline = time.monotonic() + 20
    while folder.parent.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.parent.exists()
    assert (answers.TEXTS.bytes, routes.ANSWERS.bytes) == (0, 0)
    assert "cannot be uploaded here" in sent("run", {"model": "uploaded", "text": "the", "session": name})[1]["problem"]


def test_another_upload_takes_the_place_of_the_first() -> None:
    upload = Upload()
    given(upload, TINY / "bert")
    first = sent("run", question(upload, "the cat"))[1]
    folder = upload.place
    given(upload, TINY / "llama")
    second = sent("run", question(upload, "the cat"))[1]
    assert (first["kind"], second["kind"]) == ("encoder", "language model")
    assert not folder.exists()


def test_the_page_offers_it_where_the_operator_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = Upload()
    data = microscope_data(upload)
    assert_is(data, WireMicroscope, "microscope")
    assert data["uploads"]
    assert data["uploads"]["most"] == 1
    assert microscope_data()["uploads"] is None
    for value, count in (("0", 0), ("", 0), ("much", 0), ("-3", 0), ("2.5", 2_500_000), ("inf", 0)):
        monkeypatch.setenv("ATLAS_UPLOADS", value)
        assert allowed() == count
    monkeypatch.delenv("ATLAS_UPLOADS")
    assert allowed() == 0
    with pytest.raises(ModelError, match="cannot be uploaded here"):
        upload_of(upload.name)
    assert posted(upload, FILES[0], b"{}")[0] == 422


# --- what is refused --------------------------------------------------------------------------------------------------


def test_more_bytes_than_are_allowed_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_UPLOADS", "0.001")
    upload = Upload()
    status, sentence = posted(upload, FILES[0], b" " * 1001)
    assert (status, sentence) == (422, "The files have more than 1.0 kB, which is all that may be uploaded.")
    assert posted(upload, FILES[0], b" " * 600)[0] == 200
    folder = upload.place
    assert "more than 1.0 kB" in posted(upload, FILES[1], b" " * 401)[1]
    assert not folder.exists()
    assert posted(upload, FILES[1], b" ")[1] == "No model was uploaded in this session."


@pytest.mark.parametrize("file", ["pytorch_model.bin", "model.gguf", "..", "../config.json", ""])
def test_other_files_are_not_kept(file: str) -> None:
    status, sentence = posted(Upload(), file, b"x")
    assert status == 422
    assert "is not read: a model is uploaded as config.json, tokenizer.json and model.safetensors." in sentence


def test_posts_of_other_sites_are_refused() -> None:
    upload = Upload()
    assert posted(upload, FILES[0], b"{}", {**BINARY, "sec-fetch-site": "cross-site"})[0] == 403
    assert posted(upload, FILES[0], b"{}", {"content-type": "text/plain"})[0] == 403


def test_no_more_models_than_so_many_are_kept_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Upload(), Upload()
    assert posted(first, FILES[0], b"{}")[0] == 200
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", len(uploads._FOLDERS))
    assert "are open already: try again later" in posted(second, FILES[0], b"{}")[1]
    first.clear()
    assert posted(second, FILES[0], b"{}")[0] == 200


def test_one_file_arrives_at_a_time() -> None:
    upload = Upload()

    async def nothing() -> AsyncIterator[bytes]:
        yield b"{}"

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        with pytest.raises(ModelError, match="Another file of this model is arriving"):
            await upload.receive(FILES[0], nothing())
        yield b"}"

    alone(upload.receive(FILES[0], slow()))
    assert (upload.place / FILES[0]).read_bytes() == b"{}"


def changed(folder: Path, **entries: Any) -> None:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | entries), encoding="utf-8")


def cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\x80\x04\x95\x10\x00\x00\x00cos\nsystem\n" * 20)


def fewer_words(folder: Path) -> None:
    shutil.copy(TINY / "llama" / "tokenizer.json", folder / "tokenizer.json")


DAMAGES: list[tuple[Any, str]] = [
    (cut, "model.safetensors is damaged or no safetensors file"),
    (pickled, "model.safetensors is damaged or no safetensors file"),
    (lambda folder: (folder / "config.json").write_text("{"), "config.json cannot be read as JSON."),
    (lambda folder: changed(folder, model_type="mamba"), "of type 'mamba', and only these are read"),
    (lambda folder: changed(folder, intermediate_size=999), "and by config.json it is"),
    (lambda folder: changed(folder, num_hidden_layers=9), "model.safetensors has no array"),
    (lambda folder: changed(folder, num_hidden_layers=10**9), "at most 1000 are read"),
    (lambda folder: (folder / "tokenizer.json").write_text('{"a": 1}'), "tokenizer.json holds no tokenizer"),
    (fewer_words, "tokens with ids below"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "words"), DAMAGES, ids=[words[:40] for _, words in DAMAGES])
def test_a_damaged_model_is_one_sentence_and_is_deleted(damage: Any, words: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(TINY / "bert", tmp_path / "model"))
    damage(folder)
    upload = Upload()
    given(upload, folder)
    place = upload.place
    status, answer = opened(upload)
    assert status == 422
    assert words in answer["problem"]
    assert answer["problem"].endswith(".")
    assert "\n" not in answer["problem"]
    assert tempfile.gettempdir() not in answer["problem"]
    assert not place.exists()


def test_a_model_that_is_not_whole_is_one_sentence() -> None:
    upload = Upload()
    assert opened(upload)[1]["problem"] == "No model was uploaded in this session."
    assert posted(upload, FILES[0], (TINY / "bert" / FILES[0]).read_bytes())[0] == 200
    assert opened(upload)[1]["problem"] == "Your model has no model.safetensors."
