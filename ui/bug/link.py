"""What was brought as a link, where the visitor asks for one and the numbers are few."""

from __future__ import annotations

import json
import zlib
from typing import Any
from urllib.parse import urlencode

from attention_core.engine.errors import InputError
from attention_core.engine.language import to_say
from ui.share import LONGEST, pack, unpack
from ui.state import Table

from . import reading
from .bench import Bench
from .fields import RESULTS, SETTINGS
from .precision import CHOICES

PARAMETER = "data"
DAMAGED = to_say("The numbers of this link could not be read.")
FROM = to_say("the link")


def query_of(bench: Bench) -> str:
    """The query string; "" where the numbers are too many for a link."""
    tables = {name: _written(table) for name, table in bench.tables.items()}
    settings = {name: value for name, value in bench.settings.items() if value != SETTINGS[name].default}
    document = {"inputs": tables, "options": settings, "precision": bench.precision, "result": bench.result}
    packed = pack(document)
    return urlencode({PARAMETER: packed}) if len(packed) <= LONGEST else ""


def _written(table: Table) -> Any:
    """Nested lists; what JSON cannot hold is written as text."""
    finite = abs(table) < float("inf")
    return (
        table.tolist()
        if finite.all()
        else [str(each) for each in table.ravel()]
        if table.ndim == 1
        else [_written(part) for part in table]
    )


def bench_of(packed: str) -> Bench:
    """What a link holds. What cannot be read is left out, with a sentence."""
    found = Bench()
    try:
        document = unpack(packed)
        result, precision = document["result"], document["precision"]
        found.hold(reading.text("link.json", json.dumps(document), ""), FROM)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError, zlib.error) as damage:
        reason = f" {damage}" if isinstance(damage, InputError) else ""
        return Bench(refusals={"files": f"{DAMAGED}{reason}"})
    found.result = result if result in RESULTS else found.result
    found.precision = precision if precision in CHOICES else found.precision
    found.linked = True
    return found
