"""The grammar of step names: a name may be a path, "decoder 2/scores", with the place and the time of a step.

The part after the last stroke is the base name, under which the lesson has a section; the part before it is the place;
a place that ends in a number is a time of a series. The browser reads names in assets/stage/model/names.js; both are
tested on tests/corpus/step_names.json.
"""

from __future__ import annotations

import re

_TIMED = re.compile(r"(.*\S)\s+([0-9]+)")


def base_name_of(name: str) -> str:
    """ "scores" of "decoder 2/scores", and of "scores"."""
    return name.rpartition("/")[2]


def place_of(name: str) -> str:
    """ "decoder 2" of "decoder 2/scores"; "" where the name is no path."""
    return name.rpartition("/")[0]


def time_of(name: str) -> tuple[str, int] | None:
    """Series and time, ("decoder", 2) of "decoder 2/scores"; None where the name has no time."""
    found = _TIMED.fullmatch(place_of(name))
    return (found[1], int(found[2])) if found else None


def timed(series: str, time: int, base_name: str) -> str:
    """The name of a step at a time of a series."""
    return f"{series} {time}/{base_name}"
