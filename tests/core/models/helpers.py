"""The tiny models of tests/golden/models, which `python -m training.models` made, and copies of them to damage."""

from __future__ import annotations

import json
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from attention_core.models import Model, open_model

GOLDEN = Path(__file__).parents[2] / "golden" / "models"
FAMILIES = ("bert", "gpt2", "llama")
LANGUAGE = ("gpt2", "llama")
TEXT = "The dog saw the cat."


@lru_cache
def tiny(family: str, dtype: str = "float64") -> Model:
    return open_model(GOLDEN / family, dtype)


def records(name: str) -> list[dict[str, Any]]:
    """What PyTorch computed with a model, one record for each text."""
    found: list[dict[str, Any]] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def copied(family: str, folder: Path, **config: Any) -> Path:
    """A copy of a tiny model, with other entries in its config.json; None takes an entry away."""
    shutil.copytree(GOLDEN / family, folder, dirs_exist_ok=True)
    file = folder / "config.json"
    found = json.loads(file.read_text(encoding="utf-8")) | config
    file.write_text(json.dumps({name: value for name, value in found.items() if value is not None}), encoding="utf-8")
    return folder
