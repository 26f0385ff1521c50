"""Arrays of a safetensors file, mapped from disk: nothing is copied, and all who read a file share its pages."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from attention_core.engine.language import say
from attention_core.engine.step import Array

from .errors import ModelError
from .files import MOST_WEIGHTS, converted_folder, library, made_whole, require_size

Progress = Callable[[float], None]  # gets the part that is done, from 0 to 1

_MAPPED: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}  # read as they are
_CONVERTED: dict[str, np.dtype[Any]] = {
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
}  # read once, and kept as float32
_KINDS: Mapping[str, np.dtype[Any]] = {**_MAPPED, **_CONVERTED}


@dataclass(frozen=True)
class Stored:
    """One array in the file: its type as the file names it, its shape, and its first and last byte."""

    type: str
    shape: tuple[int, ...]
    start: int
    stop: int

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


class Tensors:
    """The arrays of one file by name."""

    def __init__(self, file: Path) -> None:
        """Map a file. Raises ModelError where it is missing, too large, or damaged."""
        self.file = file
        self.stored = _checked_header(file)
        self._bytes = np.memmap(file, np.uint8, "r")
        self._cast: dict[tuple[str, str], Array] = {}
        self._lock = Lock()

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of an array. Raises ModelError where the file has no such array."""
        if name not in self.stored:
            raise ModelError(say("{file} has no array {name}.", file=self.file, name=name))
        return self.stored[name].shape

    def array(self, name: str, precision: str = "float32") -> Array:
        """An array as "float32" or "float64": mapped where the file has it so, else converted once and kept."""
        self.shape(name)
        raw = self._raw(name)
        if raw.dtype == precision:
            return raw
        with self._lock:
            if (name, precision) not in self._cast:
                self._cast[name, precision] = _floats(self.stored[name], raw).astype(precision)
            return self._cast[name, precision]

    def rows(self, name: str, ids: Iterable[int], precision: str) -> Array:
        """Some rows of a table, copied."""
        self.shape(name)
        return _floats(self.stored[name], self._raw(name)[list(ids)]).astype(precision)

    def _raw(self, name: str) -> Array:
        found = self.stored[name]
        if found.type not in _KINDS:
            raise ModelError(
                say(
                    "{file} holds {name} as {type}, and only floating-point numbers are read.",
                    file=self.file,
                    name=name,
                    type=found.type,
                )
            )
        raw: Array = np.asarray(self._bytes[found.start : found.stop]).view(_KINDS[found.type]).reshape(found.shape)
        return raw


def _floats(stored: Stored, raw: Array) -> Array:
    """The numbers of an array; bfloat16, which NumPy does not know, is the upper half of a float32."""
    return (raw.astype(np.uint32) << 16).view(np.float32) if stored.type == "BF16" else raw


def _checked_header(file: Path) -> Mapping[str, Stored]:
    """What the file says it holds, once the library has found the header and the length of the file in order."""
    require_size(file, MOST_WEIGHTS)
    opened = library("safetensors")
    try:
        with opened.safe_open(str(file), framework="np"):
            pass
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(length))
    except (opened.SafetensorError, OSError, ValueError, struct.error) as problem:
        raise ModelError(
            say("{file} is damaged or no safetensors file: {reason}.", file=file, reason=_reason(problem))
        ) from None
    first = 8 + length
    return {
        name: Stored(about["dtype"], tuple(about["shape"]), *(first + place for place in about["data_offsets"]))
        for name, about in header.items()
        if name != "__metadata__"
    }


def _reason(problem: Exception) -> str:
    """What the library says, without its capital and its final stop."""
    text = " ".join(str(problem).split()).rstrip(".")
    return text.removeprefix("Error while deserializing header: ") or "it cannot be read"


# --- written as float32 ----------------------------------------------------------------------------------------------


def write(file: Path, arrays: Iterable[tuple[str, Array]], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Write arrays as float32, one at a time. shapes: of all of them by name, in the order in which they come."""
    header, start = dict[str, Any](), 0
    for name, shape in shapes.items():
        stop = start + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, stop]}
        start = stop
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for name, array in arrays:
            if array.shape != tuple(shapes[name]):
                raise ModelError(
                    say(
                        "The array {name} has the shape {shape}, and {shapes} was announced.",
                        name=name,
                        shape=array.shape,
                        shapes=shapes[name],
                    )
                )
            stream.write(np.ascontiguousarray(array, "<f4").tobytes())


def counted(arrays: Iterable[tuple[str, Array]], total: int, progress: Progress | None) -> Iterator[tuple[str, Array]]:
    """The same arrays, with word of how much of `total` numbers has passed by."""
    done = 0
    for name, array in arrays:
        yield name, array
        done += array.size
        if progress:
            progress(min(1.0, done / max(total, 1)))


def mapped(file: Path, progress: Progress | None = None) -> Tensors:
    """The arrays of a file; where it holds float16 or bfloat16, those of a float32 copy, which is made once."""
    found = Tensors(file)
    halves = {name: each for name, each in found.stored.items() if each.type in _KINDS}
    if not any(each.type in _CONVERTED for each in halves.values()):
        return found
    folder = converted_folder(file)
    if not (folder / "model.safetensors").is_file():
        total = sum(each.count for each in halves.values())
        if 4 * total > MOST_WEIGHTS:
            raise ModelError(
                say("{file} has {total} numbers, which are too many to be kept as float32.", file=file, total=total)
            )
        with made_whole(folder, 4 * total) as place:
            arrays = ((name, _floats(each, found._raw(name)).astype(np.float32)) for name, each in halves.items())
            shapes = {name: each.shape for name, each in halves.items()}
            write(place / "model.safetensors", counted(arrays, total, progress), shapes)
    return Tensors(folder / "model.safetensors")
