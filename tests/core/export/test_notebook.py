"""Steps and traces show themselves in a notebook as tables."""

from __future__ import annotations

import numpy as np
import pytest

from attention_core import Mechanism
from attention_core.engine import expression as ex
from attention_core.engine.axes import numbered
from attention_core.engine.step import source
from tests.core.helpers import MECHANISMS, random_cases

SIZES = (2, 3, 5)


def step_with(axes: int):
    sizes = SIZES[len(SIZES) - axes :]
    value = np.arange(np.prod(sizes, initial=1.0)).reshape(sizes) + 0.5
    return source("numbers", value, tuple(numbered(f"axis {n}", size) for n, size in enumerate(sizes)))


@pytest.mark.parametrize(("axes", "tables", "rows"), [(0, 1, 1), (1, 1, 1), (2, 1, 3), (3, 2, 3)])
def test_step_of_any_shape_is_a_table(axes: int, tables: int, rows: int) -> None:
    step = step_with(axes)
    html = step._repr_html_()
    assert html.count("<table>") == html.count("</table>") == tables
    assert html.count("<tr>") == html.count("</tr>") == tables * (rows + 1)
    assert html.count("<td>") == step.value.size
    assert all(f"<td>{ex.plain(float(value), 4)}</td>" in html for value in step.value.flat)


def test_each_slice_says_where_it_is() -> None:
    html = step_with(3)._repr_html_()
    assert "<caption>axis 0 1</caption>" in html
    assert "<caption>axis 0 2</caption>" in html


def test_step_and_axis_names_are_only_text() -> None:
    html = source("<i>&", [[1.0]], (numbered("<a>", 1), numbered("<b>", 1)))._repr_html_()
    assert "<b>&lt;i&gt;&amp;</b> <small>&lt;a&gt; 1 × &lt;b&gt; 1</small>" in html


def test_long_axes_are_cut() -> None:
    long = source("long", np.zeros((100, 100)), (numbered("query", 100), numbered("key", 100)))
    assert long._repr_html_().count("<td>") == 144


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_trace_shows_every_step(mechanism: Mechanism) -> None:
    trace = next(random_cases(mechanism)).trace
    html = trace._repr_html_()
    assert all(f"<b>{step.name}</b>" in html for step in trace)
    assert html.count("<div>") == html.count("</div>") == len(trace)
