"""Opening models: what is wrong gets one sentence, weights stay on disk and are shared, GGUF is converted once."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attention_core.models import ModelError, close_models, files, known_models, model, open_model, tensors
from attention_core.models.files import library
from attention_core.models.gguf_files import _IN_A_LAYER, _OUTSIDE
from tests.core.models.helpers import FAMILIES, GOLDEN, TEXT, copied, tiny
from tests.sampling import naming


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATLAS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def refusal(place: Path, **options: Any) -> str:
    with pytest.raises(ModelError) as caught:
        open_model(place, **options)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_or_lacks_a_file(tmp_path: Path) -> None:
    assert "There is no folder" in refusal(tmp_path / "nothing")
    assert "no config.json and no GGUF file" in refusal(tmp_path)
    for name in ("model.safetensors", "tokenizer.json"):
        folder = copied("bert", tmp_path / name)
        (folder / name).unlink()
        assert f"has no {name}" in refusal(folder)
    assert "not in 'float16'" in refusal(GOLDEN / "bert", dtype="float16")


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    folder = copied("bert", tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "are a pickle, which is never opened" in refusal(folder)
    (folder / "model.safetensors.index.json").write_text("{}")
    assert "split over several files" in refusal(folder)
    sources = Path(files.__file__).parent.glob("*.py")
    assert not any(
        word in source.read_text() for source in sources for word in ("import pickle", "np.load", "import torch")
    )


@pytest.mark.parametrize("text", ["", "{", "[1]", "\ud800", "[" * 100_000])
def test_a_config_that_is_no_json_object(tmp_path: Path, text: str) -> None:
    folder = copied("bert", tmp_path / "model")
    (folder / "config.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert "config.json" in refusal(folder)


CONFIGS: list[tuple[str, dict[str, Any], str]] = [
    ("bert", {"model_type": "mamba"}, "of type 'mamba', and only these are read: bert, gpt2, llama"),
    ("bert", {"model_type": None}, "of type None"),
    ("bert", {"model_type": ["bert"]}, r"of type \['bert'\]"),
    ("bert", {"hidden_size": None}, "does not say hidden_size"),
    ("bert", {"hidden_size": "12"}, "hidden_size is '12'"),
    ("bert", {"hidden_size": -12}, "hidden_size is -12"),
    ("bert", {"hidden_size": True}, "hidden_size is True"),
    ("bert", {"num_attention_heads": 5}, "5 heads share a width of 12"),
    ("bert", {"num_attention_heads": 10**9, "hidden_size": 10**9}, "1000000000 heads, and at most 1000"),
    ("bert", {"num_hidden_layers": 3}, "no array encoder.layer.2|no array bert.encoder.layer.2"),
    ("bert", {"num_hidden_layers": 2**40}, "num_hidden_layers is"),
    ("bert", {"hidden_size": 24}, r"in the shape \(24, 12\), and by config.json it is \(24, 24\)"),
    ("bert", {"intermediate_size": 8}, r"in the shape \(7, 12\), and by config.json it is \(8, 12\)"),
    ("bert", {"max_position_embeddings": 99}, "position_embeddings"),
    ("bert", {"vocab_size": 25}, "word_embeddings"),
    ("bert", {"vocab_size": 5}, "24 tokens with ids below 24, but the model has 5 word vectors"),
    ("bert", {"vocab_size": 4000}, "24 tokens with ids below 24, but the model has 4000 word vectors"),
    ("bert", {"hidden_act": "swish"}, "hidden_act is 'swish'"),
    ("bert", {"position_embedding_type": "relative_key"}, "position_embedding_type is 'relative_key'"),
    ("bert", {"layer_norm_eps": float("nan")}, "layer_norm_eps is nan"),
    ("bert", {"layer_norm_eps": -1}, "layer_norm_eps is -1"),
    ("gpt2", {"n_inner": 9}, r"mlp.c_fc.weight in the shape \(12, 7\), and by config.json it is \(12, 9\)"),
    ("gpt2", {"n_head": 7}, "7 heads share a width of 12"),
    ("gpt2", {"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx is True"),
    ("gpt2", {"tie_word_embeddings": False}, "no array .*lm_head.weight"),
    ("llama", {"num_key_value_heads": 4}, "6 heads share 4 heads of keys"),
    ("llama", {"num_key_value_heads": 3}, r"k_proj.weight in the shape \(8, 12\), and by config.json it is \(12, 12\)"),
    ("llama", {"head_dim": 3}, "a width of 3, and rotary positions need pairs"),
    ("llama", {"rope_parameters": None, "rope_scaling": {"rope_type": "llama3"}}, "rope_type is 'llama3'"),
    ("llama", {"rope_parameters": None, "rope_scaling": {"type": "linear"}}, "rope_type is 'linear'"),
    ("llama", {"mlp_bias": True}, "mlp_bias is True"),
]


def test_a_config_that_lies(tmp_path: Path) -> None:
    for n, (family, entries, sentence) in enumerate(CONFIGS):
        with naming(entries), pytest.raises(ModelError, match=sentence) as caught:
            open_model(copied(family, tmp_path / str(n), **entries))
        assert str(caught.value).endswith(".")


def damaged(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + body


WHOLE = (GOLDEN / "bert" / "model.safetensors").read_bytes()
ENTRY = b'{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[%s]}}'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"123",
        WHOLE[:-1],
        WHOLE[:200],
        WHOLE[:9],
        WHOLE + b"more",
        struct.pack("<Q", 2**62) + WHOLE[8:],
        struct.pack("<Q", 200 * 2**20) + WHOLE[8:],
        damaged(b"no json"),
        damaged(b'["a"]'),
        damaged(b"[" * 10_000),
        damaged(ENTRY % b"0,16", bytes(15)),
        damaged(ENTRY % b"0,12", bytes(12)),
        damaged(ENTRY % b"16,0", bytes(16)),
        damaged(ENTRY % b"-16,0", bytes(16)),
        b"\x80\x04\x95" + bytes(100),  # a pickle under another name
    ],
    ids=range(16),
)
def test_damaged_weights(tmp_path: Path, content: bytes) -> None:
    folder = copied("bert", tmp_path / "model")
    (folder / "model.safetensors").write_bytes(content)
    assert "damaged or no safetensors file" in refusal(folder)


def stored(folder: Path, changed: dict[str, np.ndarray], kind: str = "F32") -> None:
    """The weights of a folder again, with other arrays, or in another type."""
    found = tensors.Tensors(folder / "model.safetensors")
    arrays = {name: np.array(found.array(name)) for name in found.stored} | changed
    header, body = {}, b""
    for name, array in arrays.items():
        raw = raw_of(array, kind)
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    replace(folder / "model.safetensors", damaged(json.dumps(header).encode(), body))


def replace(file: Path, content: bytes) -> None:
    """Another file in the place of one that may be mapped: written over, it ends its readers."""
    file.with_suffix(".new").write_bytes(content)
    file.with_suffix(".new").rename(file)


def raw_of(array: np.ndarray, kind: str) -> bytes:
    if kind == "BF16":
        return (np.ascontiguousarray(array, "<f4").view("<u4") >> 16).astype("<u2").tobytes()
    return array.astype({"F32": "<f4", "F16": "<f2", "F64": "<f8", "I32": "<i4"}[kind]).tobytes()


def test_weights_that_are_not_finite_or_no_floating_point_numbers(tmp_path: Path) -> None:
    folder = copied("bert", tmp_path / "model")
    stored(folder, {"encoder.layer.1.output.dense.bias": np.full(12, np.nan)})
    with pytest.raises(ModelError, match="numbers that are not finite"):
        open_model(folder).trace(TEXT)
    folder = copied("bert", tmp_path / "other")
    stored(folder, {}, "I32")
    with pytest.raises(ModelError, match="only floating-point numbers are read"):
        open_model(folder).trace(TEXT)


def test_files_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied("bert", tmp_path / "model")
    with (folder / "model.safetensors").open("r+b") as stream:
        stream.truncate(files.MOST_WEIGHTS + 1)  # a sparse file
    assert "and at most 2.1 GB are read" in refusal(folder)
    monkeypatch.setattr(files, "MOST_TEXT", 100)
    assert "at most 100 bytes are read" in refusal(copied("gpt2", tmp_path / "long"))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"model":{"type":"BPE"}}'])
def test_a_damaged_tokenizer(tmp_path: Path, text: str) -> None:
    folder = copied("bert", tmp_path / "model")
    (folder / "tokenizer.json").write_text(text)
    assert "tokenizer.json" in refusal(folder)


def test_a_tokenizer_of_another_model_disagrees(tmp_path: Path) -> None:
    folder = copied("bert", tmp_path / "model")
    (folder / "tokenizer.json").write_bytes((GOLDEN / "gpt2" / "tokenizer.json").read_bytes())
    assert "but the model has 24 word vectors" in refusal(folder)


@pytest.mark.parametrize("pooling", [{"pooling_mode_max_tokens": True}, {}])
def test_an_unknown_pooling(tmp_path: Path, pooling: dict[str, bool]) -> None:
    folder = copied("bert", tmp_path / "model")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    assert "which is not computed here" in refusal(folder)


def test_the_first_token_can_stand_for_the_sentence(tmp_path: Path) -> None:
    folder = copied("bert", tmp_path / "model")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    trace = open_model(folder, "float64").trace(TEXT)
    first = trace["layer 2/output"].value[0]
    assert trace.output.value == pytest.approx(first / np.linalg.norm(first))


# --- texts ------------------------------------------------------------------------------------------------------------


def test_texts_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match=r"^The text has 42 tokens, and at most 40 are read: bert has 40 positions\.$"):
        tiny("bert").trace("dog " * 40)
    with pytest.raises(ModelError, match="The text has no tokens"):
        tiny("gpt2").trace("")
    with pytest.raises(ModelError, match="something that is no character"):
        tiny("gpt2").trace("half of a pair: \ud83d")
    monkeypatch.setattr(model, "MOST_OF_A_TRACE", 100_000)
    with pytest.raises(ModelError, match=r"the numbers of more would take over 100\.0 kB"):
        open_model(copied("gpt2", tmp_path / "model")).trace("dog " * 30)


def test_tokens_have_ids_pieces_and_places() -> None:
    text = "The dog, 北!"
    for family in FAMILIES:
        tokens = tiny(family).tokens(text)
        assert all(token.piece == tiny(family).trace(text).run.axis.labels[n] for n, token in enumerate(tokens))  # type: ignore[union-attr]
    pieces = [token.piece for token in tiny("bert").tokens(text)]
    assert pieces == ["[CLS]", "the", "dog", ",", "北", "!", "[SEP]"]
    assert [text[token.start : token.stop] for token in tiny("bert").tokens(text)][1:3] == ["The", "dog"]
    pieces = [token.piece for token in tiny("llama").tokens("The dog 北")]
    assert pieces[0] == "<s>"
    assert pieces[-3:] == ["<0xE5>", "<0x8C>", "<0x97>"]
    assert tiny("gpt2").text(tiny("gpt2").tokens(text)) == text


# --- what is shared, and where it is kept -----------------------------------------------------------------------------


def test_whoever_opens_a_folder_shares_one_model_whose_weights_stay_on_disk(tmp_path: Path) -> None:
    folder = copied("llama", tmp_path / "model")
    first = open_model(folder)
    assert open_model(str(folder)) is first
    assert open_model(folder, "float64") is not first
    for name in first.weights.names:
        base = first.weights[name].value
        while base.base is not None and not isinstance(base, np.memmap):
            base = base.base
        assert isinstance(base, np.memmap), name
        assert not first.weights[name].value.flags.writeable
    close_models()
    assert open_model(folder) is not first


def test_no_more_models_stay_open_than_said(tmp_path: Path) -> None:
    folders = [copied("bert", tmp_path / str(n)) for n in range(10)]
    opened = [open_model(folder) for folder in folders]
    assert open_model(folders[9]) is opened[9]
    assert open_model(folders[0]) is not opened[0]


@pytest.mark.parametrize("kind", ["F16", "BF16"])
def test_half_precision_is_converted_once(tmp_path: Path, cache: Path, kind: str) -> None:
    folder = copied("llama", tmp_path / "model")
    exact = open_model(folder).trace(TEXT)
    close_models()
    stored(folder, {}, kind)
    told: list[float] = []
    half = open_model(folder, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    (made,) = cache.glob("*/model.safetensors")
    within = 1e-3 if kind == "F16" else 2e-2
    for name in half.weights.names:
        assert half.weights[name].value == pytest.approx(exact[name].value, rel=within, abs=within)
    close_models()
    written = made.stat().st_mtime_ns
    assert np.isfinite(open_model(folder, progress=told.append).trace(TEXT).output.value).all()
    assert made.stat().st_mtime_ns == written
    assert not list(cache.glob("unfinished-*"))


def test_double_precision_is_read_as_it_is(tmp_path: Path) -> None:
    folder = copied("gpt2", tmp_path / "model")
    stored(folder, {}, "F64")
    assert open_model(folder, "float64").trace(TEXT).output.value == pytest.approx(
        tiny("gpt2").trace(TEXT).output.value
    )
    assert open_model(folder).trace(TEXT).output.value.dtype == np.float32


def test_no_room_for_converted_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied("bert", tmp_path / "model")
    stored(folder, {}, "F16")
    with monkeypatch.context() as full:
        usage = type("Usage", (), {"free": 10})
        full.setattr(files.shutil, "disk_usage", lambda place: usage)
        assert "has room for 10 bytes" in refusal(folder)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ATLAS_CACHE", str(tmp_path / "file"))
    assert "cannot be written to" in refusal(folder)


def test_names_of_older_files_are_found(tmp_path: Path) -> None:
    """With "bert." in front, and the weights of norms called gamma and beta, as in the first files of BERT."""
    folder = copied("bert", tmp_path / "model")
    file = folder / "model.safetensors"
    (length,) = struct.unpack("<Q", file.read_bytes()[:8])
    header = json.loads(file.read_bytes()[8 : 8 + length])
    older = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    renamed = {}
    for name, about in header.items():
        for new, old in older.items():
            name = name.replace(new, old)
        renamed[name if name == "__metadata__" else f"bert.{name}"] = about
    replace(file, damaged(json.dumps(renamed).encode(), file.read_bytes()[8 + length :]))
    assert (
        open_model(folder, "float64").trace(TEXT).output.value.tolist()
        == tiny("bert").trace(TEXT).output.value.tolist()
    )


IMPORTED = """
import sys
import attention_core.models
attention_core.models.known_models()
print([name for name in ("safetensors", "tokenizers", "gguf", "torch") if name in sys.modules])
"""


def test_libraries_are_imported_when_a_model_is_opened() -> None:
    root = Path(files.__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", IMPORTED], cwd=root, check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    assert "the library tokenizers, which is not installed" in refusal(copied("bert", tmp_path / "model"))


# --- which models there are -------------------------------------------------------------------------------------------


def test_models_of_a_folder_are_known_by_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied("bert", tmp_path / "small bert")
    copied("gpt2", tmp_path / "a gpt")
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes.txt").write_text("no model")
    before = known_models()
    monkeypatch.setenv("ATLAS_MODELS", str(tmp_path))
    found = known_models()
    assert found[: len(before)] == before
    assert [each.key for each in found[len(before) :]] == ["a gpt", "small bert", "tiny.gguf"]
    assert open_model(found[len(before) + 1].place).kind == "encoder"
    monkeypatch.setenv("ATLAS_MODELS", str(tmp_path / "nowhere"))
    assert known_models() == before


# --- GGUF -------------------------------------------------------------------------------------------------------------


def neighbours(rows: np.ndarray, heads: int) -> np.ndarray:
    """Queries or keys with the two of a rotated pair side by side, as GGUF files of Llama have them."""
    return rows.reshape(heads, 2, -1, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


SIZES: dict[str, Any] = {
    "block_count": 2,
    "embedding_length": 12,
    "feed_forward_length": 7,
    "head_count": 6,
    "head_count_kv": 2,
    "key_length": 4,
    "rope_dimension_count": 4,
    "context_length": 43,
    "layer_norm_rms_eps": 1e-6,
    "rope_freq_base": 100.0,
    "tokenizer_model": "gpt2",
    "tokenizer_pre": "default",
    "bos_token_id": 0,
    "eos_token_id": 0,
    "add_bos_token": True,
}


def gguf_of_tiny_llama(file: Path, **fields: Any) -> Path:
    """The tiny Llama as a GGUF file."""
    writer = library("gguf").GGUFWriter(file, fields.get("architecture", "llama"))
    for name, value in SIZES.items():
        getattr(writer, f"add_{name}")(fields.get(name, value))
    folder = GOLDEN / "llama"
    about = json.loads((folder / "tokenizer.json").read_text())["model"]
    pieces = sorted(about["vocab"], key=about["vocab"].get)
    writer.add_token_list(pieces)
    writer.add_token_types([3, *[1] * (len(pieces) - 1)])
    writer.add_token_merges([" ".join(pair) for pair in about["merges"]])
    found = tensors.Tensors(folder / "model.safetensors")
    for name in found.stored:
        place, array = gguf_place(name), np.array(found.array(name))
        heads = 6 if ".attn_q." in place else 2 if ".attn_k." in place else 0
        writer.add_tensor(place, np.ascontiguousarray(neighbours(array, heads) if heads else array))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def gguf_place(name: str) -> str:
    outside = {there: here for here, there in _OUTSIDE.items()}
    if name in outside:
        return outside[name]
    _, _, layer, *part, kind = name.split(".")
    inside = {there: here for here, there in _IN_A_LAYER.items()}
    return f"blk.{layer}.{inside['.'.join(part)]}.{kind}"


def test_a_gguf_file_is_converted_once_and_gives_the_same_numbers(tmp_path: Path, cache: Path) -> None:
    file = gguf_of_tiny_llama(tmp_path / "tiny.gguf")
    told: list[float] = []
    trace = open_model(file, "float64", told.append).trace(TEXT)
    whole = tiny("llama").trace(TEXT)
    assert [token.id for token in trace.tokens] == [token.id for token in whole.tokens]
    assert all(step.value == pytest.approx(whole[step.name].value, abs=1e-12) for step in trace)
    assert told[-1] == 1
    close_models()
    open_model(tmp_path, progress=lambda done: pytest.fail("it was converted again"))
    assert len(list(cache.iterdir())) == 1


def test_gguf_files_that_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    content = gguf_of_tiny_llama(tmp_path / "whole" / "tiny.gguf").read_bytes()
    for n, part in enumerate((b"", b"GGUF", content[:40], content[: len(content) // 2], content[:-64], b"x" * 100)):
        with naming(n):
            cut = tmp_path / f"{n}.gguf"
            cut.write_bytes(part)
            assert "damaged" in refusal(cut)
    assert "holds a model of type 'mamba'" in refusal(gguf_of_tiny_llama(tmp_path / "a.gguf", architecture="mamba"))
    assert "of the kind 'deepseek-llm'" in refusal(
        gguf_of_tiny_llama(tmp_path / "b.gguf", tokenizer_pre="deepseek-llm")
    )
    assert "rotates 2 features of a head of 4" in refusal(
        gguf_of_tiny_llama(tmp_path / "c.gguf", rope_dimension_count=2)
    )
    assert "holds 9 GGUF files: name the one to open" in refusal(tmp_path)
