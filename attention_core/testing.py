"""For test suites: asserts that numbers are those of attention, and says what is wrong where they are not."""

from __future__ import annotations

from typing import Any

from attention_core.diagnosis.diagnose import diagnose


def assert_attention(mine: Any, Q: Any, K: Any, V: Any, *, tolerance: float | None = None, **settings: Any) -> None:
    """Fails with a diagnosis in plain text unless `mine` is the attention of Q, K and V.

    The arguments are those of `attention_core.diagnose`; arrays of torch and JAX are read by their __array__. Raises
    AssertionError, and InputError on arrays and settings that do not fit together.
    """
    found = diagnose(mine, Q, K, V, tolerance=tolerance, **settings)
    if not found.agrees:
        raise AssertionError(str(found))
