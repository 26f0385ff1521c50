"""The memory of a server that reads with models: what threads give back is used again, or goes back to the machine.

For the C library of GNU; with another one nothing is done here.
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import Any

_ARENA_MAX, _ARENAS = -8, 2  # M_ARENA_MAX of mallopt, and how many pools it may keep


@lru_cache(maxsize=1)
def _library() -> Any:
    """The C library, where it is GNU's."""
    found = ctypes.CDLL(None) if sys.platform == "linux" else None
    return found if found and hasattr(found, "mallopt") and hasattr(found, "malloc_trim") else None


def share_pools() -> None:
    """Have all threads take memory from two pools.

    By default the library makes eight for each processor. What one thread gives back then lies idle while another asks
    for more, and a server of models that reads sentence after sentence grows all day.
    """
    if library := _library():
        library.mallopt(_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Return to the machine what is free between numbers that are kept: some milliseconds for a gigabyte.

    The arrays of a text that is forgotten lie among those of others. By itself the library returns only what is free at
    the end of a pool; the rest stays with the process, though no text needs it.
    """
    if library := _library():
        library.malloc_trim(0)
