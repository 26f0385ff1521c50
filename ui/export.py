"""Files made of the numbers on screen: tables, arrays, a worksheet to print, a handout that needs no server."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from typing import Any

import numpy as np

from attention_core import Step, Trace
from attention_core.export import shape_line

from .lesson import mathml, sections, symbol
from .stage import HTML, forward_stops, payload, script, style
from .state import Session


def step_csv(step: Step) -> str:
    """One row per row of the step; leading axes become columns of labels."""
    out = io.StringIO()
    writer = csv.writer(out)
    *rows, columns = step.axes or (None,)
    writer.writerow(
        [
            *(axis.name for axis in rows if axis),
            *([_unhooked(label) for label in columns.labels] if columns else ["value"]),
        ]
    )
    for place in np.ndindex(step.value.shape[:-1]):
        labels = [_unhooked(axis.labels[i]) for axis, i in zip(rows, place, strict=True) if axis]
        writer.writerow([*labels, *map(repr, np.atleast_1d(step.value[place]).astype(float).tolist())])
    return out.getvalue()


def _unhooked(label: str) -> str:
    """A label that a spreadsheet will not run as a formula."""
    return f"'{label}" if label[:1] in ("=", "+", "-", "@") and not label[1:].replace(".", "").isdigit() else label


def trace_json(session: Session) -> str:
    numbers = session.numbers
    inputs = {name: table.tolist() for name, table in numbers.inputs.items()}
    steps = [
        {
            "name": step.name,
            "symbol": step.symbol,
            "axes": {axis.name: list(axis.labels) for axis in step.axes},
            "value": _plain(step),
        }
        for step in numbers.trace
    ]
    document = {"mechanism": numbers.mechanism.key, "options": dict(numbers.options), "inputs": inputs, "steps": steps}
    return json.dumps(document, ensure_ascii=False, indent=1)


def _plain(step: Step) -> Any:
    """Nested lists; what JSON cannot hold is written as a string ("-inf")."""
    if np.isfinite(step.value).all():
        return step.value.tolist()
    return np.vectorize(lambda v: v if np.isfinite(v) else str(v), otypes=[object])(step.value).tolist()


def trace_npz(trace: Trace) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **{step.name: step.value for step in trace})  # type: ignore[arg-type]
    return out.getvalue()


# --- the handout -----------------------------------------------------------------------------------------------------

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --st-background-color: light-dark(#ffffff, #111317); --st-text-color: light-dark(#1a1d23, #e9ebee); }}
body {{ font-family: system-ui, sans-serif; max-width: 1120px; margin: 1.5rem auto; padding: 0 1rem;
  background: var(--st-background-color); color: var(--st-text-color); }}
h1 {{ font-size: 28px; margin: 0; }} .insight {{ opacity: .75; margin: .2rem 0 1rem; }}
{style}
</style></head>
<body><h1>{title}</h1><p class="insight">{insight}</p>
<main>{html}</main>
<script type="application/json" id="data">{data}</script>
<script type="module">
{script}
const parentElement = document.querySelector("main");
const show = () => mount({{ parentElement, data: JSON.parse(document.getElementById("data").textContent) }});
show();
</script></body></html>
"""


def handout(session: Session) -> str:
    """One HTML file: the stage with these numbers, pointing, editing and all, from disk and without a server."""
    numbers, mechanism = session.numbers, session.numbers.mechanism
    data = payload(
        numbers.trace.steps,
        forward_stops(numbers.trace, sections(mechanism.key)),
        editable=mechanism.inputs,
        meanings={name: spec.meaning for name, spec in mechanism.inputs.items()},
        view=session.view,
        hide=session.hide,
        key=mechanism.key,
    )
    return _PAGE.format(
        title=escape(mechanism.title),
        insight=escape(mechanism.insight),
        style=style(),
        html=HTML,
        script=script().replace("export default function mount", "function mount"),
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )


# --- the worksheet ---------------------------------------------------------------------------------------------------

_SHEET = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}: worksheet</title>
<style>
body {{ font: 12pt/1.45 Georgia, serif; max-width: 190mm; margin: 12mm auto; color: #000; background: #fff; }}
h1 {{ font-size: 18pt; margin: 0 0 2mm; }} h2 {{ font-size: 12.5pt; margin: 6mm 0 1mm; }}
table {{ border-collapse: collapse; margin: 1mm 0; display: inline-table; margin-right: 8mm; }}
td, th {{ border: .4pt solid #777; padding: 1.2mm 2.4mm; min-width: 9mm; text-align: center; font-variant-numeric: tabular-nums; }}
th {{ border: 0; font-size: 9.5pt; }} caption {{ text-align: left; font-style: italic; font-size: 10pt; }}
td.blank {{ background: #fff; min-width: 14mm; }} td.answer {{ font-weight: bold; background: #eee; }}
.answers {{ break-before: page; }} .made {{ font-size: 10.5pt; margin: 1mm 0; }} section {{ break-inside: avoid; }}
@page {{ margin: 12mm; }}
</style></head><body>
<h1>{title}</h1><p>{insight} Fill in the empty cells by hand. Name: ______________________</p>
{questions}
<div class="answers"><h1>{title}: answers</h1>{answers}</div>
</body></html>
"""


def worksheet(session: Session) -> str:
    """A page to print with empty cells in every computed step, and a second page with the answers and how they come about."""
    mechanism, trace = session.numbers.mechanism, session.numbers.trace
    return _SHEET.format(
        title=escape(mechanism.title),
        insight=escape(mechanism.insight),
        questions=_sheet(trace, answers=False),
        answers=_sheet(trace, answers=True),
    )


def _sheet(trace: Trace, answers: bool) -> str:
    given = "" if answers else "".join(_sheet_table(step, set(), False) for step in trace.inputs)
    asked = "".join(_sheet_step(step, answers) for step in trace.computed)
    return (f"<section><h2>Given</h2>{given}</section>" if given else "") + asked


def blanks(step: Step) -> set[int]:
    """Cells left empty: two rows' worth at most, spread evenly."""
    size = step.value.size
    count = min(4, max(1, size // 3))
    return {int((n + 0.5) * size / count) for n in range(count)}


def _sheet_step(step: Step, answers: bool) -> str:
    empty = blanks(step)
    made = "".join(f'<p class="made">{_worked(step, place)}</p>' for place in sorted(empty)) if answers else ""
    heading = f"<h2>{escape(step.name)} <small>({escape(shape_line(step))})</small></h2>"
    return f"<section>{heading}{_sheet_table(step, empty, answers)}{made}</section>"


def _worked(step: Step, place: int) -> str:
    cell = tuple(int(i) for i in np.unravel_index(place, step.value.shape))
    arithmetic = step.arithmetic(*cell)
    index = "".join(str(i + 1) for i in cell) if max(cell, default=0) < 9 else ",".join(str(i + 1) for i in cell)
    symbol_ = f"({step.symbol})" if "_" in step.symbol else step.symbol
    return mathml(
        rf"{symbol_}_{{{index}}} = {arithmetic.symbols} = {arithmetic.numbers} \approx {arithmetic.result:.4g}"
    )


def _sheet_table(step: Step, empty: set[int], answers: bool) -> str:
    value = step.value.reshape(-1, *step.value.shape[-2:]) if step.value.ndim > 2 else np.atleast_2d(step.value)[None]
    size = value[0].size
    return "".join(_sheet_slice(step, n, part, {i - n * size for i in empty}, answers) for n, part in enumerate(value))


def _sheet_slice(step: Step, n: int, part: np.ndarray, empty: set[int], answers: bool) -> str:
    columns = step.axes[-1].labels if step.axes else ("",)
    rows = step.axes[-2].labels if len(step.axes) > 1 else ("",)
    leading = np.unravel_index(n, step.value.shape[:-2]) if step.value.ndim > 2 else ()
    where = ", ".join(f"{axis.name} {axis.labels[i]}" for axis, i in zip(step.axes, leading, strict=False))
    head = "".join(f"<th>{escape(label)}</th>" for label in ("", *columns))
    body = "".join(
        f"<tr><th>{escape(label)}</th>{''.join(_sheet_cell(v, r * len(columns) + c in empty, answers) for c, v in enumerate(row))}</tr>"
        for r, (label, row) in enumerate(zip(rows, part, strict=True))
    )
    return f"<table><caption><math>{symbol(step.symbol)}</math> {escape(where)}</caption><tr>{head}</tr>{body}</table>"


def _sheet_cell(value: float, empty: bool, answers: bool) -> str:
    if empty and not answers:
        return '<td class="blank"></td>'
    text = "−∞" if value == -np.inf else f"{value:.4g}".replace("-", "−")
    return f'<td class="answer">{text}</td>' if empty else f"<td>{text}</td>"
