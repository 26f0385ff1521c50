"""Two computations played in step: the steps of both as tables, paired where they have the same name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

import numpy as np

from attention_core import Step, Trace

from .component import component
from .difference import is_shared_out
from .wire import WireDuo, WireTable

TELLING = "attention weights"
DIGITS = 12
MOST = 16  # rows, and columns, of a table
_DUO = component("duo")

Moment = tuple[int | None, int | None]


def duo(titles: tuple[str, str], traces: tuple[Trace, Trace], key: str) -> None:
    """Draw both beside each other with a player."""
    _DUO(key=key, data=duo_data(titles, traces))


def duo_data(titles: tuple[str, str], traces: tuple[Trace, Trace]) -> WireDuo:
    """The payload: it opens where both have attention weights, else at the end."""
    names = [[step.name for step in trace.computed] for trace in traces]
    moments = paired(names[0], names[1])
    telling = [n for n, (a, b) in enumerate(moments) if None not in (a, b) and names[0][a or 0].endswith(TELLING)]
    return {
        "titles": titles,
        "tables": [[table(step) for step in trace.computed] for trace in traces],
        "moments": [list(moment) for moment in moments],
        "opens": telling[-1] if telling else len(moments) - 1,
    }


def paired(one: Sequence[str], other: Sequence[str]) -> list[Moment]:
    """Which steps of both belong to one moment: those of one name, and between these one after the other."""

    def moments() -> Iterator[Moment]:
        for _, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            yield from zip_longest(range(a, b), range(c, d))

    return list(moments())


def table(step: Step) -> WireTable:
    """A step as one table; of a step with more axes the first one."""
    value: Any = np.atleast_2d(step.value)
    tables = value.reshape(-1, *value.shape[-2:])
    shown = tables[0][:MOST, :MOST]
    labels = [("",), ("",), *(axis.labels for axis in step.axes)][-2:]
    finite = np.abs(value[np.isfinite(value)])
    return {
        "name": step.name,
        "rows": list(labels[0][:MOST]),
        "columns": list(labels[1][:MOST]),
        "cells": [[round(float(each), DIGITS) if np.isfinite(each) else None for each in row] for row in shown],
        "top": float(finite.max(initial=0.0)),
        "shares": bool(step.primitive and step.primitive.shares) or is_shared_out(step),
        "more": len(tables) if len(tables) > 1 else 0,
    }
