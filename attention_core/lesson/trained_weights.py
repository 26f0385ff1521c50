"""Files that come with the package: trained weights, their cards, images and recorded experiments.

training/ of the repository makes the weights; a card says what they were trained on and how well they do. A file has
the key of its lesson for a name. Read as package resources, so that an installed package needs no repository.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from attention_core.engine.step import Array

DATA = resources.files("attention_core") / "data"


def read_json(name: str) -> Any:
    """The content of a JSON file of the package, named by its path below the folder `data`."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@lru_cache
def card(key: str) -> dict[str, Any]:
    """The model card of a lesson's weights: what they were trained on, and how well they do."""
    found: dict[str, Any] = read_json(f"weights/{key}.json")
    return found


@lru_cache
def arrays(key: str) -> Mapping[str, Array]:
    """The trained arrays of a lesson by name, as float64."""
    with (DATA / f"weights/{key}.npz").open("rb") as file, np.load(file) as stored:
        return {name: stored[name].astype(float) for name in stored.files}
