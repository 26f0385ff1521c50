"""What tests wait for: asynchronous calls, each in an event loop of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def alone(work: Coroutine[Any, Any, Result]) -> Result:
    """What an asynchronous call gives.

    In a thread of its own: Playwright keeps an event loop running in the one where browser tests came before.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
