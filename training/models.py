"""Tiny random models for the tests, and what PyTorch computes with them and with the real ones that are installed.

    python -m training.models [KEY ...]   # in an environment with training/requirements.txt; by default all

KEY names a real model, `known_models()` has them, or is "tiny".

Writes tests/golden/models: of each family a folder in Hugging Face layout of a few kB, and its numbers beside it; of
the two real models, where their packages are installed, the numbers alone. Weights are drawn from a seed, large enough
that attention is not flat.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoTokenizer,
    BertConfig,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
)

from attention_core.models import known_models

FOLDER = Path(__file__).parents[1] / "tests" / "golden" / "models"
TEXTS = ("The dog saw the cat.", "Café 北, 24!")
SENTENCES = (
    "The animal didn't cross the street.",
    "Un café noir à Zürich, s'il vous plaît… « voilà »",
    "我喜欢北京的秋天。",
    "Wait -- what?! (3.14 isn't 22/7; e.g., “quotes”) #42 @home",
)
PIECES = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]"),
    *("the", "dog", "saw", "a", "cat", "and", "ran", "home", "ca", "do", "2", "北", ".", ",", "!"),
    *("##fe", "##t", "##og", "##4", "##s"),
]
CORPUS = ["the dog saw the cat", "the cat saw a dog and the dog ran", "a dog ran home", "The cat. The dog, 2024!"]


def main(wanted: Sequence[str]) -> None:
    torch.manual_seed(11)
    torch.set_num_threads(1)
    for name, model, tokenizer in tiny() if not wanted or "tiny" in wanted else ():
        folder = FOLDER / name
        drawn(model).save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        tokenizer.save(str(folder / "tokenizer.json"))
        write(name, [recorded(model.double(), tokenizer, text, 12) for text in TEXTS])
    for known in known_models():
        if not wanted or known.key in wanted:
            write(known.key, list(of_real(known.key, known.place)))


def write(name: str, records: list[dict[str, Any]]) -> None:
    file = FOLDER / f"{name}.json"
    file.write_text(json.dumps(records, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(file.name, file.stat().st_size, "bytes")


# --- tiny models ------------------------------------------------------------------------------------------------------


def tiny() -> Iterator[tuple[str, Any, Any]]:
    """One random model of each family; all sizes of a model differ, so that no swapped axis can fit by accident."""
    words = word_pieces()
    sizes = {"num_hidden_layers": 2, "num_attention_heads": 3}
    bert = BertConfig(
        vocab_size=words.get_vocab_size(), hidden_size=12, intermediate_size=7, max_position_embeddings=40, **sizes,
        attn_implementation="eager",
    )  # fmt: skip
    yield "bert", BertModel(bert, add_pooling_layer=False), words
    pairs = byte_pairs("")
    gpt2 = GPT2Config(
        vocab_size=pairs.get_vocab_size(), n_embd=12, n_inner=7, n_layer=2, n_head=3, n_positions=41,
        bos_token_id=0, eos_token_id=0, attn_implementation="eager",
    )  # fmt: skip
    yield "gpt2", GPT2LMHeadModel(gpt2), pairs
    begun = byte_pairs("<s>")
    llama = LlamaConfig(
        vocab_size=begun.get_vocab_size(), hidden_size=12, intermediate_size=7, num_hidden_layers=2,
        num_attention_heads=6, num_key_value_heads=2, head_dim=4, max_position_embeddings=43, rope_theta=100.0,
        attention_bias=True, tie_word_embeddings=False, bos_token_id=0, eos_token_id=0, attn_implementation="eager",
    )  # fmt: skip
    yield "llama", LlamaForCausalLM(llama), begun


def drawn(model: Any) -> Any:
    """The model with all its weights drawn again, in single precision."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.normal_(0.0, 0.5)
            if weight.dim() == 1 and "bias" not in name:
                weight.add_(1.0)
    return model.float().eval()


def word_pieces() -> Tokenizer:
    """A tokenizer as BERT has it: lower case, word pieces, and a mark at both ends."""
    found = Tokenizer(models.WordPiece({piece: n for n, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    found.normalizer = normalizers.BertNormalizer(lowercase=True)
    found.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(mark, found.token_to_id(mark)) for mark in ("[CLS]", "[SEP]")]
    found.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    found.decoder = decoders.WordPiece()
    found.enable_truncation(5)  # as the tokenizers of real models do; a reader has to take it back
    found.enable_padding(length=9)
    return found


def byte_pairs(begin: str) -> Tokenizer:
    """A tokenizer as GPT-2 has it: pairs of bytes, merged; and a mark in front, where one is given."""
    found = Tokenizer(models.BPE())
    found.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    marks = [begin or "<|endoftext|>"]
    trainer = trainers.BpeTrainer(vocab_size=270, special_tokens=marks, initial_alphabet=alphabet)
    found.train_from_iterator(CORPUS, trainer)
    if begin:
        front = processors.TemplateProcessing(single=f"{begin} $A", special_tokens=[(begin, 0)])
        found.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), front])
    return found


# --- numbers ----------------------------------------------------------------------------------------------------------


def recorded(model: Any, tokenizer: Tokenizer, text: str, digits: int) -> dict[str, Any]:
    """What PyTorch computes for a text: attention of all layers, the vectors between them, and the last scores."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    read = tokenizer.encode(text)
    with torch.no_grad():
        found = model(torch.tensor([read.ids]), output_attentions=True, output_hidden_states=True)
    record = {
        "text": text,
        "ids": read.ids,
        "attention": rounded(torch.stack(found.attentions)[:, 0], digits),
        "hidden": rounded(torch.stack(found.hidden_states)[:, 0], digits),
    }
    if hasattr(found, "logits"):
        return record | {"last logits": rounded(found.logits[0, -1], digits)}
    mean = found.last_hidden_state[0].mean(0)
    return record | {"sentence": rounded(mean / mean.norm(), digits)}


def rounded(numbers: torch.Tensor, digits: int) -> Any:
    def each(part: Any) -> Any:
        return [each(inner) for inner in part] if isinstance(part, list) else float(f"{part:.{digits}g}")

    return each(numbers.tolist())


def of_real(key: str, place: Path) -> Iterator[dict[str, Any]]:
    """A part of the numbers of a real model, enough to find any mistake: rows of attention, and what comes out."""
    if place.suffix == ".gguf":
        folder = {"pretrained_model_name_or_path": place.parent, "gguf_file": place.name}
        model = AutoModelForCausalLM.from_pretrained(**folder, dtype=torch.float32, attn_implementation="eager").eval()
        reader = AutoTokenizer.from_pretrained(**folder)
    else:
        model = AutoModel.from_pretrained(place, dtype=torch.float64, attn_implementation="eager").eval()
        reader = AutoTokenizer.from_pretrained(place)
    for text in SENTENCES:
        ids = reader(text, truncation=False)["input_ids"]
        with torch.no_grad():
            found = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
        yield {"text": text, "ids": ids, **part_of(found)}


def part_of(found: Any) -> dict[str, Any]:
    attention = torch.stack(found.attentions)[:, 0]
    ends = attention[[0, -1], :, -1]  # the first layer and the last
    record = {"attention of the last token": rounded(ends, 6 if hasattr(found, "logits") else 12)}
    if hasattr(found, "logits"):
        probabilities = found.logits[0, -1].softmax(0)
        best = probabilities.topk(8)
        return record | {"next ids": best.indices.tolist(), "next probabilities": rounded(best.values, 8)}
    mean = found.last_hidden_state[0].mean(0)
    return record | {"sentence": rounded(mean / mean.norm(), 12)}


if __name__ == "__main__":
    main(sys.argv[1:])
