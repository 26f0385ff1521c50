"""How many digits of the numbers mean something: seen by the numbers themselves, for files and texts say little.

Single precision in a JSON file or in an array of doubles still has 24 binary digits, and a printed table has as many
decimal digits as were printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from attention_core.engine.language import say, say_many, to_say
from attention_core.engine.step import Array

AS_SEEN = to_say("as the numbers show")
BINARY = {"bfloat16": 8, "float16": 11, "float32": 24}
EXACT = 5  # decimal digits: where so few give all of a binary number, it was typed and not rounded
FEWEST, MOST = 3, 8  # decimal digits of a printed table
CHOICES = (AS_SEEN, "float64", *reversed(BINARY), *(f"{digits} digits" for digits in range(MOST - 2, 1, -1)))
_ROOM = 0.25  # of the last digit: `diagnose` allows a few roundings, and a printed number has one


def precision_said(name: str) -> str:
    """One of CHOICES, or of what is seen, as it is shown."""
    digits = name.removesuffix(" digits")
    return say_many("{n} digit", "{n} digits", int(digits)) if digits != name else say(name)


def precision_of(mine: Iterable[Array], given: Iterable[Array] = ()) -> str:
    """The coarsest precision that some array shows, as one of CHOICES or with up to MOST digits.

    given: inputs. Of them only binary precision counts: few decimal digits are how they were typed, and exact.
    """
    seen = [*map(_seen_in, mine), *(each for each in map(_seen_in, given) if each in BINARY)]
    return max(seen, key=tolerance_of, default="float64")


def _seen_in(array: Array) -> str:
    numbers = array[np.isfinite(array)].ravel()
    if numbers.size == 0 or (numbers == np.round(numbers)).all():
        return "float64"
    digits, decimal = _binary_digits(numbers), _decimal_digits(numbers)
    name = next((name for name, most in BINARY.items() if digits <= most), "")
    if name:
        return name if decimal > EXACT else "float64"
    return f"{decimal} digits" if FEWEST <= decimal <= MOST else "float64"


def _binary_digits(numbers: Array) -> int:
    """The most binary digits that some number needs; 53 where one needs more than single precision has."""
    with np.errstate(over="ignore"):
        if not (numbers.astype(np.float32).astype(float) == numbers).all():
            return 53
    mantissas, _ = np.frexp(numbers)
    whole = np.abs(mantissas * 2.0**24).astype(np.int64)
    lowest = np.bitwise_and(whole, -whole)
    return 24 - int(np.log2(lowest[whole > 0].min(initial=2**24)))


def _decimal_digits(numbers: Array) -> int:
    """The most decimal digits that some number needs."""
    for digits in range(1, MOST + 1):
        if all(float(f"{value:.{digits - 1}e}") == value for value in numbers.tolist()):
            return digits
    return MOST + 9


def tolerance_of(precision: str) -> float:
    """What `diagnose` takes as its tolerance for a precision."""
    if precision in BINARY:
        return float(2.0 ** (1 - BINARY[precision]))
    if precision.endswith("digits"):
        return float(_ROOM * 10.0 ** (1 - int(precision.split()[0])))
    return float(np.finfo(float).eps)


def rounded(array: Array, precision: str) -> Any:
    """The array in this precision of NumPy's, where it loses nothing by that."""
    if precision not in ("float16", "float32"):
        return array
    with np.errstate(over="ignore"):
        found = array.astype(precision)
    return found if np.array_equal(found.astype(float), array, equal_nan=True) else array
