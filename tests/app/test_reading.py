"""The reader of tables: a corpus shared with the browser, prints of every kind read back, and both sides alike."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from attention_core.engine.errors import InputError
from ui.reading.tables import read_table

from .helpers import numbers as any_number
from .helpers import quick

CORPUS = json.loads((Path(__file__).parents[1] / "corpus" / "tables.json").read_text(encoding="utf-8"))


def found(text: str, switch: bool = False) -> dict[str, Any]:
    try:
        return {"table": read_table("X", text, 2, switch).table.tolist()}
    except InputError as error:
        return {"where": error.where, "message": error.message}


@pytest.mark.parametrize("entry", CORPUS, ids=lambda entry: repr(entry["text"])[:60])
def test_the_corpus_is_read_as_it_says(entry: dict[str, Any]) -> None:
    assert found(entry["text"], entry["switch"]) == {k: v for k, v in entry.items() if k not in ("text", "switch")}


# --- prints ----------------------------------------------------------------------------------------------------------


def printed(table: np.ndarray, **settings: Any) -> str:
    with np.printoptions(precision=17, threshold=10**6, floatmode="unique", **settings):
        return str(table)


def joined(table: np.ndarray, mark: str, line: str = "\n") -> str:
    return line.join(mark.join(map(repr, row)) for row in table.tolist())


def csv_text(table: np.ndarray, **settings: Any) -> str:
    return str(pd.DataFrame(table).to_csv(**settings))


def saved(table: np.ndarray, **settings: Any) -> str:
    out = io.StringIO()
    np.savetxt(out, table, **{"fmt": "%.17g", **settings})
    return out.getvalue()


PRINTS = {
    "NumPy": printed,
    "NumPy, narrow": lambda table: printed(table, linewidth=30),
    "NumPy, signs": lambda table: printed(table, sign="+"),
    "repr": lambda table: repr_of(table),
    "np.array": lambda table: f"np.array({table.tolist()})",
    "list of NumPy numbers": lambda table: str(list(map(list, table))),
    "PyTorch": lambda table: f"tensor({table.tolist()}, dtype=torch.float64, grad_fn=<MmBackward0>)",
    "JAX": lambda table: "Array(" + repr_of(table).removeprefix("array(").removesuffix(")") + ", dtype=float64)",
    "lists": lambda table: str(table.tolist()),
    "tuples": lambda table: str(tuple(map(tuple, table.tolist()))),
    "JSON": lambda table: json.dumps(table.tolist(), indent=1),
    "savetxt": saved,
    "savetxt, commas": lambda table: saved(table, delimiter=",", header="made, by NumPy", fmt="%.18e"),
    "pandas": lambda table: pd.DataFrame(table).to_string(float_format=as_float),
    "pandas, names": lambda table: pd.DataFrame(table, [f"r{n}" for n in range(len(table))]).to_string(
        float_format=as_float
    ),
    "to_csv": csv_text,
    "to_csv, no index": lambda table: csv_text(table, index=False),
    "to_csv, no header": lambda table: csv_text(table, header=False, index=False),
    "to_csv, European": lambda table: csv_text(table, sep=";", decimal=",", index=False, header=False),
    "MATLAB": lambda table: f"[{joined(table, ' ', '; ')}];",
    "Julia": lambda table: f"{len(table)}×{len(table[0])} Matrix{{Float64}}:\n {joined(table, '  ', chr(10) + ' ')}",
    "Mathematica": lambda table: str(table.tolist()).replace("[", "{").replace("]", "}").replace("e", "*^"),
    "R": lambda table: r_print(table),
    "R, code": lambda table: f"rbind({', '.join('c' + str(tuple(row)).replace(',)', ')') for row in table.tolist())})",
    "LaTeX": lambda table: "\\begin{pmatrix}\n" + joined(table, " & ", " \\\\\n") + "\n\\end{pmatrix}",
    "Markdown": lambda table: f"|{'|'.join('ab')}|\n|--|--|\n|{joined(table, ' | ', '|' + chr(10) + '|')}|",
    "tabs, decimal commas": lambda table: joined(table, "\t").replace(".", ","),
}


def repr_of(table: np.ndarray) -> str:
    with np.printoptions(precision=17, threshold=10**6, floatmode="unique"):
        return repr(table)


def r_print(table: np.ndarray) -> str:
    rows = [f"[{n},] {' '.join(map(repr, row))}" for n, row in enumerate(table.tolist(), 1)]
    return "\n".join(["     [,1] [,2]", *rows])


def as_float(value: float) -> str:
    return repr(float(value))


tables = st.lists(st.lists(any_number, min_size=2, max_size=2), min_size=2, max_size=4).map(
    lambda rows: np.array(rows, dtype=float)
)


@pytest.mark.parametrize("kind", PRINTS)
@quick
@given(tables)
def test_whatever_is_printed_of_an_array_reads_back_exactly(kind: str, table: np.ndarray) -> None:
    text = PRINTS[kind](table)
    assert np.array_equal(read_table("X", text).table, table), text


# --- both sides ------------------------------------------------------------------------------------------------------

SIGNS = "0123456789.,;/%-−+eE \t\n[](){}\"'&\\|_#xX*^=:½٣\u00a0\u202f"
PIECES = [
    "1,234", "0,5", "0.5", "-inf", "True", "nan", "\n1\t2", "\n", ", ", "[1, ", "]]", "array(", "np.array([[", "...",
    "c(", "|---|", "\\begin{pmatrix}", "\\\\", "\\frac{1}{2}", "[,1] [,2]\n[1,]", "dtype: float64", "sep=;\n", "# ",
    "Bark", "a\tb\n", "0,1\n", ",0,1\n0,", "1×10⁻³", "1'000",
]  # fmt: skip
texts = st.lists(st.sampled_from([*SIGNS, *PIECES]), max_size=14).map("".join)
mixed = st.one_of(texts, st.tuples(st.sampled_from([e["text"] for e in CORPUS]), texts).map("".join))


def drawn(strategy: st.SearchStrategy[str], count: int) -> list[str]:
    """Texts of a strategy, the same in every run."""
    found: list[str] = []

    @settings(
        max_examples=count, derandomize=True, database=None, phases=[Phase.generate], deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


def test_the_browser_reads_what_python_reads(tmp_path: Path) -> None:
    """Numbers, refusals and their places; but for lists that are no rows, of which a cell's field can say less."""
    tools = pytest.importorskip("tools.stage", reason="Node comes with requirements-dev.txt", exc_type=ImportError)
    cases = [{"text": text, "switch": n % 5 == 0} for n, text in enumerate(drawn(mixed, 1500))]
    file = tmp_path / "texts.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    command = [tools.NODE, "tests/stage/tables.js", file]
    run = subprocess.run(command, cwd=tools.ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    compared = 0
    for case, theirs in zip(cases, json.loads(run.stdout), strict=True):
        ours = found(case["text"], case["switch"])
        if is_of_another_shape(ours) or is_of_another_shape(theirs):
            continue
        assert theirs == ours, case
        compared += 1
    assert compared > 1000


def is_of_another_shape(result: dict[str, Any]) -> bool:
    """Whether a text is refused because it is no table of two axes, in words that each side has for itself."""
    message = str(result.get("message", ""))
    return message.startswith(("needs ", "is empty", "is not a table")) or "rows where block" in message


@quick
@given(st.text(max_size=60) | mixed, st.integers(1, 3), st.booleans())
def test_any_text_is_a_table_or_an_input_error(text: str, dimensions: int, switch: bool) -> None:
    with contextlib.suppress(InputError):
        reading = read_table("X", text, dimensions, switch)
        assert np.isfinite(reading.table).all()
        assert reading.table.ndim == dimensions
        for axis, names in reading.names.items():
            assert len(names) == reading.table.shape[axis]


def test_quoted_cells_are_those_of_the_csv_module() -> None:
    rows = [["to,ken", 'a "b"', "c\nd"], ["Bark", "1.5", "2.5"], ["is", "3.5", "4.5"]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    reading = read_table("X", out.getvalue())
    assert reading.table.tolist() == [[1.5, 2.5], [3.5, 4.5]]
    assert reading.names == {0: ("Bark", "is"), 1: ('a "b"', "c\nd")}
