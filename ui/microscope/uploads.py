"""Models that visitors upload: of one session each, bounded in bytes, and deleted when the session ends.

Only where the operator allows it: ATLAS_UPLOADS is how many megabytes the files of one model may have. Files arrive by
posts, one by one; the page of their session holds the `Upload`, and with it the name under which they arrive.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from weakref import WeakValueDictionary, finalize

from attention_core.engine.language import say, to_say
from attention_core.models import ModelError, close_models
from attention_core.models.files import amount, converted_folder

UPLOADED = "uploaded"  # in place of a model's key
FILES = ("config.json", "tokenizer.json", "model.safetensors")  # in the order in which they arrive
MOST_AT_ONCE = 8  # models of all sessions together
TITLE = to_say("Your model")

_UPLOADS: WeakValueDictionary[str, Upload] = WeakValueDictionary()
_GONE: SimpleQueue[Path] = SimpleQueue()  # folders of sessions that have ended; may be filled by the garbage collector
_FOLDERS: set[Path] = set()
_lock = Lock()
forgetting: list[Callable[[str], None]] = []  # told the name of an upload whose texts are of no use any more


def allowed() -> int:
    """How many bytes the files of one model may have; 0 where nothing may be uploaded."""
    try:
        return max(0, int(float(os.environ.get("ATLAS_UPLOADS", "0")) * 1e6))
    except (ValueError, OverflowError):
        return 0


class Upload:
    """What one session has uploaded. Its files go when it goes."""

    def __init__(self) -> None:
        self.name = secrets.token_urlsafe(18)
        self._folder: Path | None = None
        self._is_arriving = False
        _UPLOADS[self.name] = self

    @property
    def place(self) -> Path:
        """The folder of the model. Raises ModelError where nothing was uploaded."""
        if self._folder is None:
            raise ModelError(say("No model was uploaded in this session."))
        return self._folder / TITLE

    async def receive(self, file: str, parts: AsyncIterator[bytes]) -> None:
        """Keep a file. Raises ModelError for one that is not read, and for more bytes than may be uploaded."""
        if file not in FILES:
            raise ModelError(
                say(
                    "{file} is not read: a model is uploaded as {listed} and {files}.",
                    file=file[:80],
                    listed=", ".join(FILES[:2]),
                    files=FILES[2],
                )
            )
        if self._is_arriving:
            raise ModelError(say("Another file of this model is arriving: wait until it is there."))
        self._is_arriving = True
        try:
            await self._keep(file, parts)
        except OSError as problem:
            self.clear()
            raise ModelError(
                say("{file} could not be kept: {strerror}.", file=file, strerror=problem.strerror)
            ) from None
        except ModelError:
            self.clear()
            raise
        finally:
            self._is_arriving = False

    async def _keep(self, file: str, parts: AsyncIterator[bytes]) -> None:
        if file == FILES[0]:
            self.clear()
            self._begin()
        place = self.place / file
        left = allowed() - sum(each.stat().st_size for each in self.place.iterdir() if each != place)
        await _written(place, parts, left)

    def _begin(self) -> None:
        with _lock:
            if len(_FOLDERS) >= MOST_AT_ONCE:
                raise ModelError(
                    say("{most_at_once} uploaded models are open already: try again later.", most_at_once=MOST_AT_ONCE)
                )
            self._folder = Path(tempfile.mkdtemp(dir=_root(), prefix=f"{self.name}-"))
            _FOLDERS.add(self._folder)
        (self._folder / TITLE).mkdir()
        self._finalizer = finalize(self, _GONE.put, self._folder)
        self._finalizer.atexit = False  # the folder of all uploads goes then

    def clear(self) -> None:
        """Delete what was uploaded."""
        if self._folder is not None:
            self._finalizer.detach()
            _delete(self._folder)
            self._folder = None


def upload_of(name: str) -> Upload:
    """The upload of a session. Raises ModelError where there is none."""
    found = _UPLOADS.get(name) if allowed() else None
    if found is None:
        raise ModelError(say("Models cannot be uploaded here, or this page was open for too long: load it again."))
    return found


async def _written(place: Path, parts: AsyncIterator[bytes], most: int) -> None:
    size = 0
    with place.open("wb") as stream:
        async for part in parts:
            size += len(part)
            if size > most:
                raise ModelError(
                    say(
                        "The files have more than {allowed}, which is all that may be uploaded.",
                        allowed=amount(allowed()),
                    )
                )
            stream.write(part)


def without_places(sentence: str) -> str:
    """A sentence about a file of an upload without the folder it lies in."""
    place = rf"{re.escape(str(_root()))}{re.escape(os.sep)}[\w-]+{re.escape(os.sep)}{TITLE}({re.escape(os.sep)})?"
    return re.sub(place, lambda found: "" if found[1] else TITLE, sentence)


# --- when it ends -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _temporary() -> tempfile.TemporaryDirectory[str]:
    """Deleted when the process ends. With it begins the thread that deletes what sessions leave behind."""
    Thread(target=_sweep, daemon=True, name="uploads").start()
    return tempfile.TemporaryDirectory(prefix="attention-atlas-uploads-")


def _root() -> Path:
    return Path(_temporary().name).resolve()


def _sweep() -> None:
    while True:
        _delete(_GONE.get())


def _delete(folder: Path) -> None:
    place = folder / TITLE
    weights = place / FILES[-1]
    close_models(place)
    for forget in forgetting:
        forget(folder.name.rpartition("-")[0])
    if weights.is_file():
        shutil.rmtree(converted_folder(weights), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    with _lock:
        _FOLDERS.discard(folder)
