"""GGUF files, converted once into a folder in Hugging Face layout: float32 weights, config and tokenizer.

Whatever is computed afterwards reads that folder, as it would any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attention_core.engine.language import say
from attention_core.engine.step import Array

from .errors import ModelError
from .files import MOST_WEIGHTS, converted_folder, library, made_whole, require_size
from .tensors import Progress, counted, write

_OUTSIDE = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_IN_A_LAYER = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_MARKS = (3, 4)  # types of tokens that stand in a text as a whole: control tokens, and those a user defined


def converted(file: Path, progress: Progress | None = None) -> Path:
    """The folder for a GGUF file, which is made on the first call. progress: told how much is done, from 0 to 1.

    Raises ModelError where the file is damaged or too large, or is of an architecture that is not read.
    """
    require_size(file, MOST_WEIGHTS)
    folder = converted_folder(file)
    if not (folder / "model.safetensors").is_file():
        _convert(file, folder, progress)
    return folder


def _convert(file: Path, folder: Path, progress: Progress | None) -> None:
    try:
        opened = library("gguf").GGUFReader(file)
        fields = {name: field.contents() for name, field in opened.fields.items()}
    except ModelError:
        raise
    except Exception as problem:  # the library raises whatever it stumbles over
        raise ModelError(
            say("{file} is damaged or no GGUF file: {name}.", file=file, name=type(problem).__name__)
        ) from None
    config = _config(fields, {tensor.name for tensor in opened.tensors})
    tokenizer = _tokenizer(fields)
    shapes = {_place(tensor.name): tuple(int(n) for n in reversed(tensor.shape)) for tensor in opened.tensors}
    total = sum(int(tensor.n_elements) for tensor in opened.tensors)
    if 4 * total > MOST_WEIGHTS:
        raise ModelError(
            say("{file} has {total} numbers, which are too many to be kept as float32.", file=file, total=total)
        )
    with made_whole(folder, 4 * total) as place:
        (place / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
        (place / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
        write(place / "model.safetensors", counted(_arrays(file, opened, config), total, progress), shapes)


def _place(name: str) -> str:
    """The name that an array of a GGUF file has in Hugging Face layout."""
    if name in _OUTSIDE:
        return _OUTSIDE[name]
    match name.split("."):
        case ["blk", layer, part, kind] if part in _IN_A_LAYER and layer.isdecimal() and kind in ("weight", "bias"):
            return f"model.layers.{int(layer)}.{_IN_A_LAYER[part]}.{kind}"
    raise ModelError(
        say("The GGUF file has an array {name}, which the models that are read here do not have.", name=name)
    )


def _arrays(file: Path, opened: Any, config: Mapping[str, Any]) -> Iterator[tuple[str, Array]]:
    """The arrays as float32, one at a time."""
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    for tensor in opened.tensors:
        shape = tuple(int(n) for n in reversed(tensor.shape))
        try:
            array = library("gguf").dequantize(tensor.data, tensor.tensor_type).reshape(shape)
        except Exception:  # an unknown type of quantisation, or numbers that are cut off
            raise ModelError(
                say(
                    "{file} holds {tensor} as {tensor_type}, which cannot be read.",
                    file=file,
                    tensor=tensor.name,
                    tensor_type=tensor.tensor_type.name,
                )
            ) from None
        part = tensor.name.split(".")[-2]
        yield _place(tensor.name), _pairs_apart(array, heads[part]) if part in heads else array


def _pairs_apart(rows: Array, heads: int) -> Array:
    """The rows of queries or keys as rotary positions pair them in Hugging Face files: first half with second half.

    In GGUF files of Llama the two of a pair are neighbours.
    """
    if rows.shape[0] % (2 * heads):
        raise ModelError(
            say(
                "The GGUF file has {shape} rows of queries or keys, which {heads} heads cannot share.",
                shape=rows.shape[0],
                heads=heads,
            )
        )
    paired = rows.reshape(heads, -1, 2, *rows.shape[1:])
    return paired.swapaxes(1, 2).reshape(rows.shape)


# --- config ----------------------------------------------------------------------------------------------------------

_NUMBERS = {
    "num_hidden_layers": "block_count",
    "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length",
    "num_attention_heads": "attention.head_count",
    "max_position_embeddings": "context_length",
    "rms_norm_eps": "attention.layer_norm_rms_epsilon",
}


def _config(fields: Mapping[str, Any], arrays: set[str]) -> dict[str, Any]:
    """The entries of a config.json."""
    kind = fields.get("general.architecture")
    if kind != "llama":
        raise ModelError(
            say("The GGUF file holds a model of type {kind!r}, and only 'llama' is read from GGUF.", kind=kind)
        )
    config = {"model_type": "llama", "vocab_size": len(_entry(fields, "tokenizer.ggml.tokens"))}
    config |= {name: _entry(fields, f"llama.{entry}") for name, entry in _NUMBERS.items()}
    config["num_key_value_heads"] = fields.get("llama.attention.head_count_kv", config["num_attention_heads"])
    config["rope_theta"] = fields.get("llama.rope.freq_base", 10000.0)
    config["rope_scaling"] = {"rope_type": fields.get("llama.rope.scaling.type", "default")}
    if "llama.attention.key_length" in fields:
        config["head_dim"] = fields["llama.attention.key_length"]
    config["tie_word_embeddings"] = "output.weight" not in arrays
    config["attention_bias"] = "blk.0.attn_q.bias" in arrays
    config["eos_token_id"] = fields.get("tokenizer.ggml.eos_token_id")
    _require_whole_rotation(fields, config)
    return config


def _require_whole_rotation(fields: Mapping[str, Any], config: Mapping[str, Any]) -> None:
    rotated = fields.get("llama.rope.dimension_count")
    heads = config["num_attention_heads"]
    width = config.get("head_dim") or (config["hidden_size"] // heads if heads else 0)
    if rotated not in (None, width):
        raise ModelError(
            say(
                "The GGUF file rotates {rotated} features of a head of {width}, and only all can be rotated.",
                rotated=rotated,
                width=width,
            )
        )


def _entry(fields: Mapping[str, Any], name: str) -> Any:
    if name not in fields:
        raise ModelError(say("The GGUF file does not say {name}.", name=name))
    return fields[name]


# --- tokenizer -------------------------------------------------------------------------------------------------------


def _tokenizer(fields: Mapping[str, Any]) -> str:
    """The text of a tokenizer.json: byte-pair encoding with the pieces and merges of the file."""
    kind, before = fields.get("tokenizer.ggml.model"), fields.get("tokenizer.ggml.pre", "default")
    made = library("tokenizers")
    pre = made.pre_tokenizers
    ways = {"smollm": [pre.Digits(individual_digits=True)], "gpt-2": [], "default": []}
    if kind != "gpt2" or before not in ways:
        raise ModelError(
            say(
                "The GGUF file has a tokenizer {kind!r} of the kind {before!r}, which is not read.",
                kind=kind,
                before=before,
            )
        )
    pieces, merges = _entry(fields, "tokenizer.ggml.tokens"), _entry(fields, "tokenizer.ggml.merges")
    try:
        pairs = [tuple(merge.split(" ", 1)) for merge in merges]
        found = made.Tokenizer(made.models.BPE(vocab={piece: n for n, piece in enumerate(pieces)}, merges=pairs))
        found.pre_tokenizer = pre.Sequence([*ways[before], pre.ByteLevel(add_prefix_space=False, use_regex=True)])
        found.decoder = made.decoders.ByteLevel()
        types = fields.get("tokenizer.ggml.token_type", [])
        marks = [piece for piece, type in zip(pieces, types, strict=False) if type in _MARKS]
        found.add_special_tokens([made.AddedToken(mark, normalized=False, special=True) for mark in marks])
        found.post_processor = _beginning(fields, pieces, made)
    except ModelError:
        raise
    except Exception as problem:  # the library raises plain exceptions
        raise ModelError(
            say("The tokenizer in the GGUF file is damaged: {name}.", name=type(problem).__name__)
        ) from None
    return str(found.to_str())


def _beginning(fields: Mapping[str, Any], pieces: list[str], made: Any) -> Any:
    """What puts the mark for the beginning in front, where the file asks for it."""
    bytes_again = made.processors.ByteLevel(trim_offsets=False)
    if not fields.get("tokenizer.ggml.add_bos_token"):
        return bytes_again
    id = _entry(fields, "tokenizer.ggml.bos_token_id")
    mark = pieces[id]
    begun = made.processors.TemplateProcessing(single=f"{mark} $A", special_tokens=[(mark, id)])
    return made.processors.Sequence([bytes_again, begun])
