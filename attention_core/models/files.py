"""Files of models: what is read, how large it may be, and where converted weights are kept."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attention_core.engine.language import say

from .errors import ModelError

MOST_WEIGHTS = 2 * 2**30  # bytes of a file of weights, as float32 once it is converted
MOST_TEXT = 64 * 2**20  # bytes of a JSON file: the tokenizer of a large vocabulary has some 20 MB


def library(name: str) -> Any:
    """A library of the extra `models`, imported when first needed. Raises ModelError where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ModelError(
            say(
                "Models are read with the library {name}, which is not installed: pip install "
                '"attention-atlas[models]".',
                name=name,
            )
        ) from None


def amount(count: float) -> str:
    """A number of bytes as a sentence has it: "1.2 GB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} bytes"


def require_size(file: Path, most: int) -> int:
    """The size of a file in bytes. Raises ModelError where it cannot be read, or is larger than `most`."""
    try:
        size = file.stat().st_size
    except OSError as problem:
        raise ModelError(say("{file} cannot be read: {strerror}.", file=file, strerror=problem.strerror)) from None
    if size > most:
        raise ModelError(
            say("{file} has {size}, and at most {most} are read.", file=file, size=amount(size), most=amount(most))
        )
    return size


def read_json(file: Path) -> dict[str, Any]:
    """The object that a JSON file holds. Raises ModelError where it is too large, no JSON, or no object."""
    require_size(file, MOST_TEXT)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise ModelError(say("{file} cannot be read as JSON.", file=file)) from None
    if not isinstance(found, dict):
        raise ModelError(say("{file} does not hold a JSON object.", file=file))
    return found


# --- what was converted ----------------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Where converted weights are kept: ATLAS_CACHE, else the user's cache folder."""
    given = os.environ.get("ATLAS_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "attention-atlas" / "models"


def converted_folder(file: Path) -> Path:
    """The folder for what is made of a file; another one once the file is replaced."""
    state = file.stat()
    about = f"{file.resolve()}\n{state.st_size}\n{state.st_mtime_ns}"
    return cache_folder() / f"{file.stem}-{hashlib.sha256(about.encode()).hexdigest()[:16]}"


@contextmanager
def made_whole(folder: Path, size: int) -> Iterator[Path]:
    """A folder to write into that takes its name only once it is whole; of two who write at once the first one counts.

    size: the bytes that will be written. Raises ModelError where there is no room for them, or no writing at all.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder.parent).free
        if free < size:
            raise ModelError(
                say(
                    "{parent} has room for {free}, and the weights need {size}.",
                    parent=folder.parent,
                    free=amount(free),
                    size=amount(size),
                )
            )
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=folder.parent))
    except OSError as problem:
        raise ModelError(
            say("{parent} cannot be written to: {strerror}.", parent=folder.parent, strerror=problem.strerror)
        ) from None
    try:
        yield unfinished
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    except OSError as problem:
        raise ModelError(
            say("{folder} cannot be written: {strerror}.", folder=folder, strerror=problem.strerror)
        ) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
