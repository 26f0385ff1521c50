"""Trained models read from disk: every number of every layer as steps, with their arithmetic and gradients.

`open_model(folder)` reads a folder in Hugging Face layout, or a GGUF file; `known_models()` says which there are. Needs
the extra `models`; its libraries are imported when a model is opened.
"""

from __future__ import annotations

from .edits import Edit
from .errors import ModelError
from .known import KnownModel, known_models
from .language import Guess, likeliest
from .model import Model, ModelTrace, Written
from .opening import close_models, open_model
from .texts import Token

__all__ = [
    "Edit",
    "Guess",
    "KnownModel",
    "Model",
    "ModelError",
    "ModelTrace",
    "Token",
    "Written",
    "close_models",
    "known_models",
    "likeliest",
    "open_model",
]
