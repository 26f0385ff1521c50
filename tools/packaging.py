"""Metadata of the package that pyproject.toml cannot state: its extras are what the files of requirements pin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

FILES = {"app": "requirements.txt", "models": "requirements-models.txt", "notebook": "requirements-notebook.txt"}


class Extras(MetadataHookInterface):
    """Reads the pins, so that hosted Streamlit, say, and `pip install "attention-atlas[app]"` get the same."""

    def update(self, metadata: dict[str, Any]) -> None:
        metadata["optional-dependencies"] = {extra: self._pins(file) for extra, file in FILES.items()}

    def _pins(self, file: str) -> list[str]:
        lines = (Path(self.root) / file).read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line and not line.startswith("#")]
