"""An uploaded file as tables, names and options. What is of no use is passed over, and is named."""

from __future__ import annotations

import codecs
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from attention_core.engine.errors import InputError
from attention_core.engine.language import say
from attention_core.lesson.mechanism import Input, position

from .grammar import DEEPEST, SENTENCES
from .numbers import ReadingError
from .tables import Reading, checked, numbers_of, read_input

MOST_BYTES = 64_000_000
UNNAMED = "arr_0"  # of an array that was saved without a name
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Upload:
    """What a file holds for a lesson.

    readings: by input. options: as they were written. labels: names by axis. lists: lists of names under other names,
    which fit an axis if their length does. lesson: the key of the lesson that wrote the file. passed: of no use.
    """

    readings: Mapping[str, Reading] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lesson: str = ""
    passed: tuple[str, ...] = ()


def read_upload(filename: str, data: bytes, chosen: str, inputs: Mapping[str, Input]) -> Upload:
    """What an uploaded file holds: one table for the chosen input, or inputs by name (JSON, NPZ)."""
    kind = filename.lower().rsplit(".", 1)[-1]
    if data.startswith(b"\x93NUMPY") or kind == "npy":
        return _arrays(filename, {UNNAMED: _array(filename, data)}, chosen, inputs)
    if data.startswith(b"PK") or kind == "npz":
        return _arrays(filename, _npz(filename, data), chosen, inputs)
    return read_text(filename, text_of(filename, data), chosen, inputs)


def read_text(source: str, text: str, chosen: str, inputs: Mapping[str, Input]) -> Upload:
    """What a text holds: inputs by name where it is a JSON object, else the table of the chosen input."""
    start = text[:400].lstrip("\ufeff \t\r\n")
    is_json = source.lower().endswith(".json") or start[1:].lstrip()[:1] in ('"', "}")
    if start.startswith("{") and is_json:
        return _document(source, _json(source, text.lstrip("\ufeff")), inputs)
    spec = inputs[chosen]
    return Upload({chosen: read_input(chosen, text, spec, spec.axes)})


def text_of(filename: str, data: bytes) -> str:
    """The text, in the encoding that its byte order mark names; UTF-8 without one."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise InputError(
            filename, "", say("is not text in {encoding}", encoding=encoding.removesuffix("-sig").upper())
        ) from None


# --- JSON ------------------------------------------------------------------------------------------------------------


def _json(filename: str, text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(filename, "", say("is not valid JSON ({error})", error=str(error)[:80])) from None
    return found if isinstance(found, dict) else {}


def _document(filename: str, found: Mapping[str, Any], inputs: Mapping[str, Input]) -> Upload:
    """Inputs, options and names by name, as this app writes them, or inputs alone."""
    given = found.get("inputs", found)
    given = given if isinstance(given, dict) else {}
    by_name = _by_input(given, inputs)
    lists = {name: tuple(each) for name, each in given.items() if name not in by_name.values() and _are_names(each)}
    readings = {name: Reading(_table(name, given[key], inputs[name])) for name, key in by_name.items()}
    if not readings:
        raise InputError(filename, "", say("holds none of the inputs {listed}", listed=", ".join(inputs)))
    options, labels = found.get("options", {}), found.get("labels", {})
    return Upload(
        readings,
        options if isinstance(options, dict) else {},
        {axis: tuple(names) for axis, names in labels.items() if _are_names(names)} if isinstance(labels, dict) else {},
        lists,
        str(found.get("mechanism", "")),
        tuple(key for key in given if key not in by_name.values() and key not in lists and not _is_document(key)),
    )


def _is_document(key: str) -> bool:
    return key in ("mechanism", "preset", "options", "labels", "steps")


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _table(name: str, value: Any, spec: Input) -> Any:
    try:
        values = numbers_of(_texts(value))
    except ReadingError as refused:
        raise InputError(name, position(refused.place) if refused.place else "", refused.message) from None
    return checked(name, values, spec)


def _texts(value: Any, deep: int = 0) -> Any:
    """Numbers and words of JSON as text, for the reader of numbers."""
    if deep > DEEPEST:
        raise ReadingError(say(SENTENCES["NESTED_TOO_DEEP"]))
    if isinstance(value, list):
        return [_texts(item, deep + 1) for item in value]
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)


# --- NumPy -----------------------------------------------------------------------------------------------------------


def _array(filename: str, data: bytes) -> Any:
    try:
        return np.load(io.BytesIO(data), allow_pickle=False)
    except Exception as error:  # a file from anywhere: numpy raises a dozen kinds, MemoryError among them
        raise InputError(filename, "", _reason(error, say("is not an array of numbers as NumPy saves it"))) from None


def _reason(error: Exception, otherwise: str) -> str:
    pickled = isinstance(error, ValueError) and "Object arrays" in str(error)
    return say("holds pickled objects, which are never opened") if pickled else otherwise


def _npz(filename: str, data: bytes) -> dict[str, Any]:
    """The arrays of an archive; for one that cannot be opened, the reason."""
    try:
        _refuse_large(filename, data)
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: _member(archive, name) for name in archive.files}
    except InputError:
        raise
    except Exception as error:  # as above, and zipfile a few more
        raise InputError(filename, "", _reason(error, say("is not an NPZ archive of numbers"))) from None


def _member(archive: Any, name: str) -> Any:
    try:
        return archive[name]
    except Exception as error:  # as above
        return _reason(error, say("cannot be read"))


def _refuse_large(filename: str, data: bytes) -> None:
    """Raise InputError for an archive that unpacks to too many bytes, before it is opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > MOST_BYTES:
        raise InputError(filename, "", say("unpacks to {size:.0f} MB; at most 64 MB are opened", size=size / 1000000.0))


def _arrays(filename: str, found: Mapping[str, Any], chosen: str, inputs: Mapping[str, Input]) -> Upload:
    """Arrays by name; one without a name is for the chosen input. Arrays of texts are names."""
    if list(found) == [UNNAMED]:
        found = {chosen: found[UNNAMED]}
    by_name = _by_input(found, inputs)
    usable = {name: found[key] for name, key in by_name.items() if _kind(found[key]) in "biuf"}
    lists = {
        key: tuple(map(str, array.tolist())) for key, array in found.items() if _kind(array) == "U" and array.ndim == 1
    }
    if not usable:
        raise InputError(filename, "", _without_use(found, by_name, inputs))
    options = {key: str(array) for key, array in found.items() if _kind(array) == "U" and array.ndim == 0}
    of_use = {*(by_name[name] for name in usable), *lists, *options}
    return Upload(
        {name: Reading(checked(name, table, inputs[name])) for name, table in usable.items()},
        options,
        lists=lists,
        passed=tuple(key for key in found if key not in of_use),
    )


def _kind(array: Any) -> str:
    """The letter of NumPy for what an array holds; "O" for what is none."""
    return str(getattr(array, "dtype", np.dtype(object)).kind)


def _without_use(found: Mapping[str, Any], by_name: Mapping[str, str], inputs: Mapping[str, Input]) -> str:
    reasons = [array for array in found.values() if isinstance(array, str)]
    if by_name:
        key = next(iter(by_name.values()))
        return found[key] if isinstance(found[key], str) else say("{key} does not hold numbers", key=key)
    return reasons[0] if reasons else say("holds none of the inputs {listed}", listed=", ".join(inputs))


def _by_input(found: Mapping[str, Any], inputs: Sequence[str] | Mapping[str, Input]) -> dict[str, str]:
    """The key in a file for each input it holds; in other capitals only where one input alone is called so.

    A blank in a name may be written _, as where arrays are saved by keywords.
    """
    keys = {name: name for name in inputs if name in found}
    for key in found:
        alike = [name for name in inputs if _plain(name) == _plain(key)]
        if len(alike) == 1 and alike[0] not in keys:
            keys[alike[0]] = key
    return keys


def _plain(name: str) -> str:
    return name.lower().replace("_", " ")
