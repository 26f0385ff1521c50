"""The grammar of step names, by the corpus the browser is held to as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attention_core.engine.step_names import base_name_of, place_of, time_of, timed

CORPUS = json.loads((Path(__file__).parents[2] / "corpus" / "step_names.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", CORPUS, ids=lambda row: row["name"] or "nothing")
def test_a_name_tells_what_where_and_when(row) -> None:
    time = time_of(row["name"])
    found = {"base": base_name_of(row["name"]), "place": place_of(row["name"]), "time": list(time) if time else None}
    assert found == {key: row[key] for key in found}


def test_the_name_of_a_time_is_read_as_it_was_written() -> None:
    name = timed("decoder", 12, "scores")
    assert (time_of(name), base_name_of(name)) == (("decoder", 12), "scores")
