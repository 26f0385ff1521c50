"""The one exception of everything about real models."""

from __future__ import annotations


class ModelError(ValueError):
    """A folder, file, text or switch that a model cannot be read from or run with; the message is one sentence."""
