"""Text as a model reads it: the tokens of a tokenizer.json, each with its id and its piece of the text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from attention_core.engine.language import say

from .errors import ModelError
from .files import library, read_json

_WITHOUT_TOKEN = 0.1  # so much of a vocabulary may stand empty: models round its size up
_SPACE = "\u2581"  # how tokenizers made with SentencePiece write a space


@dataclass(frozen=True)
class Token:
    """One token: its id, its piece as it is shown, and where it stands in the text (start and stop; 0, 0 for marks).

    A piece keeps its spaces: " capital". Bytes that are no whole character are written <0xE5>.
    """

    id: int
    piece: str
    start: int = 0
    stop: int = 0


class TokenReader:
    """The tokenizer of a model."""

    def __init__(self, file: Path, vocabulary: int) -> None:
        """Read a tokenizer.json. Raises ModelError where it is damaged, or disagrees with the model's vocabulary."""
        about = read_json(file)
        try:
            self._tokenizer: Any = library("tokenizers").Tokenizer.from_str(json.dumps(about))
            self._tokenizer.no_padding()
            self._tokenizer.no_truncation()
        except ModelError:
            raise
        except Exception:  # the library raises plain exceptions
            raise ModelError(
                say("{file} holds no tokenizer that the library tokenizers can read.", file=file)
            ) from None
        self._bytes = "ByteLevel" in json.dumps([about.get("decoder"), about.get("pre_tokenizer")])
        self.vocabulary = vocabulary
        self._require_agreement(file)

    def _require_agreement(self, file: Path) -> None:
        ids = self._tokenizer.get_vocab(with_added_tokens=True).values()
        most = max(ids, default=-1) + 1
        if most > self.vocabulary or len(ids) < (1 - _WITHOUT_TOKEN) * self.vocabulary:
            raise ModelError(
                say(
                    "{file} has {count} tokens with ids below {most}, but the model has {vocabulary} word vectors.",
                    file=file,
                    count=len(ids),
                    most=most,
                    vocabulary=self.vocabulary,
                )
            )

    def read(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text, with the marks that the model wants around it."""
        try:
            found = self._tokenizer.encode(text)
        except Exception:  # half of a surrogate pair, say
            raise ModelError(say("The text holds something that is no character.")) from None
        spans = zip(found.ids, found.offsets, strict=True)
        return tuple(Token(each, self.pieces[each], *span) for each, span in spans)

    def text(self, ids: Iterable[int]) -> str:
        """The text that tokens make together."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=False))

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The piece of every id; of ids without a token, "<id>"."""
        return tuple(map(self._piece, range(self.vocabulary)))

    def _piece(self, id: int) -> str:
        token = self._tokenizer.id_to_token(id)
        if token is None:
            return f"<{id}>"
        return _from_bytes(token) if self._bytes else str(token).replace(_SPACE, " ")

    def id_of(self, piece: str) -> int:
        """The id of a piece as it is shown. Raises ModelError where no token has it."""
        if piece not in self.pieces:
            raise ModelError(say("No token is written “{piece}”.", piece=piece))
        return self.pieces.index(piece)


@lru_cache
def _byte_of() -> dict[str, int]:
    """The byte behind each letter of byte-level tokens: printable ones stand for themselves. Radford et al. 2019."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}


def _from_bytes(token: str) -> str:
    """The text of a byte-level token; its bytes where they are no whole character, itself where it is a mark."""
    known = _byte_of()
    if not all(letter in known for letter in token):
        return token
    raw = bytes(known[letter] for letter in token)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "".join(f"<0x{byte:02X}>" for byte in raw)
