"""Files made of the numbers on screen: tables, arrays, a handout that needs no server."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from attention_core import Step, Trace
from attention_core.engine.language import language, to_say

from .catalogues import TAGS, words_script
from .hiding import task_html
from .lesson_payload import lesson_payload
from .stage import HTML, built
from .state import Session

PAGE = Path(__file__).parent.parent / "assets" / "handout.html"


# How numbers and cells are separated in a CSV file: by name, the mark between cells, and that of decimals.
STYLES = {
    to_say("0.5 between commas"): (",", "."),
    to_say("0,5 between semicolons (Excel in most of Europe)"): (";", ","),
}
PLAIN_STYLE = next(iter(STYLES))


def step_csv(step: Step, style: str = PLAIN_STYLE) -> str:
    """One row per row of the step; leading axes become columns of labels."""
    out = io.StringIO()
    mark, decimal = STYLES[style]
    writer = csv.writer(out, delimiter=mark)
    *rows, columns = step.axes or (None,)
    writer.writerow(
        [
            *(axis.name for axis in rows if axis),
            *([_without_formula(label) for label in columns.labels] if columns else ["value"]),
        ]
    )
    for place in np.ndindex(step.value.shape[:-1]):
        labels = [_without_formula(axis.labels[i]) for axis, i in zip(rows, place, strict=True) if axis]
        cells = np.atleast_1d(step.value[place]).astype(float).tolist()
        writer.writerow([*labels, *(repr(cell).replace(".", decimal) for cell in cells)])
    return out.getvalue()


def csv_file(step: Step, style: str) -> bytes:
    """The same as a file, with the byte order mark without which Excel takes UTF-8 for another encoding."""
    return step_csv(step, style).encode("utf-8-sig")


def _without_formula(label: str) -> str:
    """The label, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{label}" if label[:1] in ("=", "+", "-", "@") and not label[1:].replace(".", "").isdigit() else label


def trace_json(session: Session) -> str:
    """Every step as JSON, with the options, the inputs and the labels of all axes."""
    numbers = session.numbers
    inputs = {name: table.tolist() for name, table in numbers.inputs.items()}
    steps = [
        {
            "name": step.name,
            "symbol": step.symbol,
            "axes": {axis.name: list(axis.labels) for axis in step.axes},
            "value": _nested_lists(step),
        }
        for step in numbers.trace
    ]
    document = {
        "mechanism": numbers.mechanism.key,
        "options": dict(numbers.options),
        "labels": {axis: list(numbers.names(axis)) for axis in numbers.labels if axis in numbers.sizes()},
        "inputs": inputs,
        "steps": steps,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _nested_lists(step: Step) -> Any:
    """Nested lists; what JSON cannot hold is written as a string ("-inf")."""
    if np.isfinite(step.value).all():
        return step.value.tolist()
    return np.vectorize(lambda v: v if np.isfinite(v) else str(v), otypes=[object])(step.value).tolist()


def trace_npz(trace: Trace) -> bytes:
    """Every step as an array in one compressed NPZ archive, by name."""
    out = io.BytesIO()
    np.savez_compressed(out, **{step.name: step.value for step in trace})  # type: ignore[arg-type]
    return out.getvalue()


def handout(session: Session) -> str:
    """One HTML file: the stage with these numbers, to be opened from disk and edited without a server."""
    mechanism = session.numbers.mechanism
    data = lesson_payload(session)
    del data["link"], data["start"], data["session"]  # a file has no address and no session
    words = words_script(language())
    return Template(PAGE.read_text(encoding="utf-8")).substitute(
        language=TAGS[language()],
        words=f"<script>{words}</script>" if words else "",
        title=escape(mechanism.title),
        insight=escape(session.insight),
        task=task_html(session.task),
        html=HTML,
        script=built("handout"),
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )
