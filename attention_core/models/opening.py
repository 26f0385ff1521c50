"""Opening a model: a folder in Hugging Face layout, or a GGUF file, which is converted once."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from threading import Lock

from attention_core.engine.axes import Axis
from attention_core.engine.language import say

from .configs import read_config
from .errors import ModelError
from .files import read_json
from .gguf_files import converted
from .known import known_models
from .model import FAMILIES, Model
from .tensors import Progress, mapped
from .texts import TokenReader
from .weights import Weights

MOST_OPEN = 8  # models that stay open; opening one more lets go of the one not used for longest
PRECISIONS = ("float32", "float64")

_Key = tuple[Path, str, int]  # the place, the precision, and when the place was last changed
_open: OrderedDict[_Key, Model] = OrderedDict()
_opening: dict[_Key, Lock] = {}  # so that what takes long for one model keeps nobody from another
_lock = Lock()


def open_model(folder: str | os.PathLike[str], dtype: str = "float32", progress: Progress | None = None) -> Model:
    """A model from a folder with config.json, model.safetensors and tokenizer.json, or with one GGUF file.

    dtype: "float32", or "float64", which keeps a copy of the weights in memory. progress: told how much of the weights
    is converted, from 0 to 1, where that is needed: GGUF and half precision become float32 once, in a folder of the
    cache. Whoever opens the same folder shares one model. No pickle is ever opened. Raises ModelError with one
    sentence for whatever is missing, damaged, too large or unknown.
    """
    if dtype not in PRECISIONS:
        raise ModelError(
            say("Models are computed in {listed}, not in {dtype!r}.", listed=" or ".join(PRECISIONS), dtype=dtype)
        )
    place = Path(folder).expanduser().resolve()
    key = (place, dtype, _changed(place))
    with _lock:
        opening = _opening.setdefault(key, Lock())
    with opening:
        return _kept(key, _open.get(key) or _opened(place, dtype, progress))


def _changed(place: Path) -> int:
    try:
        return place.stat().st_mtime_ns
    except OSError:
        raise ModelError(say("There is no folder {place}.", place=place)) from None


def _kept(key: _Key, model: Model) -> Model:
    """The model, as the one that was used last."""
    with _lock:
        _open[key] = model
        _open.move_to_end(key)
        while len(_open) > MOST_OPEN:
            _open.popitem(last=False)
    return model


def close_models(place: Path | None = None) -> None:
    """Let go of all models that are open, or of those of one folder; those in use stay usable."""
    with _lock:
        for key in [key for key in _open if place in (None, key[0])]:
            del _open[key]


def _opened(place: Path, precision: str, progress: Progress | None) -> Model:
    folder = _in_layout(place, progress)
    config = replace(read_config(read_json(folder / "config.json")), pooling=_pooling(folder))
    reader = TokenReader(folder / "tokenizer.json", config.vocabulary)
    tensors = mapped(folder / "model.safetensors", progress)
    family = FAMILIES[config.family]
    wanted = family.weights(config, Axis("word", reader.pieces))
    title = next((each.title for each in known_models() if each.place.resolve() == place), place.name)
    return Model(title, place, config, reader, Weights(tensors, wanted, precision, family.PREFIX))


def _in_layout(place: Path, progress: Progress | None) -> Path:
    """The folder in Hugging Face layout: the one given, or what its GGUF file was converted to."""
    if place.suffix == ".gguf" and place.is_file():
        return converted(place, progress)
    if not place.is_dir():
        raise ModelError(say("There is no folder {place}.", place=place))
    if (place / "config.json").is_file():
        _require_files(place)
        return place
    found = sorted(place.glob("*.gguf"))
    if len(found) > 1:
        raise ModelError(say("{place} holds {count} GGUF files: name the one to open.", place=place, count=len(found)))
    if not found:
        raise ModelError(say("{place} has no config.json and no GGUF file.", place=place))
    return converted(found[0], progress)


_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


def _require_files(folder: Path) -> None:
    if not (folder / "model.safetensors").is_file():
        if (folder / "model.safetensors.index.json").is_file():
            raise ModelError(
                say("The weights in {folder} are split over several files, and only one file is read.", folder=folder)
            )
        if any(found for pattern in _PICKLES for found in folder.glob(pattern)):
            raise ModelError(
                say(
                    "The weights in {folder} are a pickle, which is never opened: save them as safetensors.",
                    folder=folder,
                )
            )
        raise ModelError(say("{folder} has no model.safetensors.", folder=folder))
    if not (folder / "tokenizer.json").is_file():
        raise ModelError(say("{folder} has no tokenizer.json.", folder=folder))


def _pooling(folder: Path) -> str:
    """What the files of Sentence Transformers say about the sentence vector; the mean where they say nothing."""
    file = folder / "1_Pooling" / "config.json"
    if not file.is_file():
        return "mean"
    found = read_json(file)
    ways = {name for name, chosen in found.items() if name.startswith("pooling_mode_") and chosen is True}
    known = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    if len(ways) != 1 or not ways <= known.keys():
        raise ModelError(
            say(
                "{file} asks for {value}, which is not computed here.",
                file=file,
                value=" and ".join(sorted(ways)) or "no pooling",
            )
        )
    return known[ways.pop()]
