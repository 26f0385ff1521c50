"""Metadata of the package that pyproject.toml cannot state: the extra `app` is what requirements.txt pins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Extras(MetadataHookInterface):
    """Reads the pins of the app, so that hosted Streamlit and `pip install "attention-atlas[app]"` get the same."""

    def update(self, metadata: dict[str, Any]) -> None:
        lines = (Path(self.root) / "requirements.txt").read_text(encoding="utf-8").splitlines()
        metadata["optional-dependencies"] = {"app": [line for line in lines if line and not line.startswith("#")]}
