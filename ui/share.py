"""The whole state of a lesson as a query string, and back. Every part that cannot be read is dropped by name."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import numpy as np

from attention_core import Mechanism
from attention_core.engine.language import say
from attention_stage.payload import opening_step
from attention_stage.structure import encoded, keyed
from attention_stage.wire import WireLink, WireStart

from .hiding import HIDEABLE, task_of
from .reading.tables import limited
from .state import SECTIONS, Numbers, Session, Table, View
from .words import listed

VERSION = "1"
LONGEST = 6000  # characters of packed numbers: what chat programs and proxies still carry
REMEMBERED = 4 * LONGEST  # of those in a session that a browser keeps without a link
MOST_NUMBERS = 20_000  # of inputs that are compared with the preset for a link
LEVEL = 6  # of zlib, as browsers compress
MOST_BYTES = 400_000  # of unpacked JSON


def encode(session: Session, longest: int = LONGEST) -> str:
    """The query string ("" for the untouched first preset). assets/stage writes the same in the browser.

    longest: characters that the numbers may take; those of more are left out.
    """
    numbers, view = session.numbers, _view_still_there(session)
    parts = {
        "preset": _preset(numbers),
        "step": view.stop,
        "cell": ".".join(str(i + 1) for i in view.cell or ()),
        "at": ",".join(f"{axis}.{i + 1}" for axis, i in view.at.items() if i),
        **_hidden(session),
        "section": _section(session),
        "data": _packed(numbers, longest),
    }
    return urlencode({name: text for name, text in {**parts, **_options(numbers)}.items() if text != ""})


def _preset(numbers: Numbers) -> str:
    return "" if numbers.preset == next(iter(numbers.mechanism.presets)) else numbers.preset


def _hidden(session: Session) -> dict[str, str]:
    return {"hide": ",".join(session.hide), "until": session.last, "task": session.task}


def _section(session: Session) -> str:
    return "" if session.section == next(iter(SECTIONS)) else session.section


def _options(numbers: Numbers) -> dict[str, str]:
    start = numbers.start.options
    return {name: _option_text(value) for name, value in numbers.options.items() if value != start[name]}


def _view_still_there(session: Session) -> View:
    """The view as far as the numbers still have it."""
    numbers, view = session.numbers, session.view
    stop = view.stop if view.stop in _stop_names(numbers) else ""
    cell = view.cell if view.cell and stop == view.stop != "Inputs" and _has_cell(numbers, stop, view.cell) else None
    return View(stop, cell, view.at)


def too_long(numbers: Numbers) -> bool:
    """Whether the edited numbers do not fit into a link."""
    return bool(_changes(numbers)) and not _packed(numbers)


def _option_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _changes(numbers: Numbers) -> dict[str, Any]:
    """Edited cells as [position, value] where the shape is the preset's, else the whole table; and changed names.

    Where text is typed, the text.
    """
    start = numbers.start
    if numbers.mechanism.reads:
        return {"text": numbers.text} if numbers.text != start.text else {}
    found: dict[str, Any] = {}
    for name in numbers.edited():
        table, before = numbers.inputs[name], start.inputs[name]
        same = table.shape == before.shape
        found[name] = {"cells": _changed_cells(table, before)} if same else {"table": _short(table.tolist())}
    labels = _labels(numbers)
    return {**({"inputs": found} if found else {}), **({"labels": labels} if labels else {})}


def _labels(numbers: Numbers) -> dict[str, list[str]]:
    before = numbers.start.labels
    return {axis: list(names) for axis, names in numbers.labels.items() if before.get(axis) != names}


def _changed_cells(table: Table, before: Table) -> list[list[Any]]:
    return [[int(i), _short(float(table.flat[i]))] for i in np.flatnonzero(table != before)]


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value]
    return int(value) if value == round(value) and abs(value) < 1e15 else value


def _packed(numbers: Numbers, longest: int = LONGEST) -> str:
    changes = _changes(numbers)
    if not changes or sum(table.size for table in numbers.inputs.values()) > MOST_NUMBERS:
        return ""
    packed = pack(changes)
    return packed if len(packed) <= longest else ""


def pack(document: Any) -> str:
    """A JSON document as a link holds it."""
    return VERSION + base64.urlsafe_b64encode(zlib.compress(_written(document), LEVEL)).decode().rstrip("=")


def unpack(text: str, longest: float = REMEMBERED) -> Any:
    """The document of a text of at most so many characters. Raises ValueError or zlib.error where there is none."""
    if not text.startswith(VERSION) or len(text) > longest:
        raise ValueError("unknown version or too long")
    packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
    inflate = zlib.decompressobj()
    raw = inflate.decompress(packed, MOST_BYTES)
    if not inflate.eof:
        raise ValueError("damaged or too long")
    return json.loads(raw)


def _written(changes: dict[str, Any]) -> bytes:
    return json.dumps(changes, separators=(",", ":"), ensure_ascii=False).encode()


# --- parts of a link for the browser --------------------------------------------------------------------------------


def link_of(session: Session) -> WireLink:
    """All parts of the link but those that follow from what the browser has: its numbers and its view.

    looked: whether the link names a step. start: the key of the preset's numbers (see `start_of`).
    labels: changed names as JSON, "" where there are none. text: the packed text, where text is typed and not numbers,
    else None.
    """
    numbers = session.numbers
    labels, hidden = _labels(numbers), _hidden(session)
    return {
        "preset": _preset(numbers),
        "looked": bool(session.view.stop),
        "hide": hidden["hide"],
        "until": hidden["until"],
        "task": hidden["task"],
        "section": _section(session),
        "options": list(_options(numbers).items()),
        "start": start_of(numbers)[0],
        "labels": _written(labels).decode() if labels else "",
        "text": _packed(numbers) if numbers.mechanism.reads else None,
    }


def start_of(numbers: Numbers) -> tuple[str, WireStart]:
    """The preset's numbers by input, as the stage gets all numbers; None where they have another shape now.

    Before them the key under which a browser keeps them.
    """
    start = numbers.start
    same = tuple(table.shape == start.inputs[name].shape for name, table in numbers.inputs.items())
    return _tables_of_start(start.mechanism, start.preset, same)


@lru_cache(maxsize=512)
def _tables_of_start(mechanism: Mechanism, preset: str, same: tuple[bool, ...]) -> tuple[str, WireStart]:
    inputs = Numbers.of(mechanism, preset).inputs
    tables: WireStart = {
        name: encoded([table]) if kept else None for (name, table), kept in zip(inputs.items(), same, strict=True)
    }
    return keyed(tables), tables


def decode(mechanism: Mechanism, params: Mapping[str, str], longest: float = REMEMBERED) -> Session:
    """The session a link describes. What is damaged falls back to the preset, with one sentence in `notes`.

    longest: characters that its numbers may take.
    """
    dropped: list[str] = []

    def part(name: str, reader: Callable[[str], Any], fallback: Any) -> Any:
        if name not in params:
            return fallback
        try:
            return reader(params[name])
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, zlib.error):
            dropped.append(name)
            return fallback

    first = next(iter(mechanism.presets))
    numbers = Numbers.of(mechanism, part("preset", lambda text: _one_of(mechanism.presets, text), first))
    for name in mechanism.options:
        typed = part(name, lambda text, n=name: option_value(mechanism, n, text), numbers.options[name])  # type: ignore[misc]
        numbers = numbers.with_(options={**numbers.options, name: typed})
    chosen = numbers
    numbers = part("data", lambda text: _computes(_unpacked(chosen, text, longest)), None) or _or_preset(
        chosen, dropped
    )
    stops = {name.lower(): name for name in _stop_names(numbers)}
    stop = part("step", lambda text: stops[text.lower()], "")
    view = View(
        stop,
        part("cell", lambda text: _cell(numbers, stop, text), None),
        part("at", lambda text: _slices(numbers, text), {}),
    )
    hide = part("hide", lambda text: tuple(_one_of(HIDEABLE, each) for each in text.split(",")), ())
    until = part("until", lambda text: stops[text.lower()], stop or opening_step(numbers.trace))
    task = part("task", task_of, "")
    section = part("section", lambda text: _one_of(SECTIONS, text), next(iter(SECTIONS)))
    notes = [_dropped_note(dropped)] if dropped else []
    return Session(
        numbers, view, hide, until, task,
        section=section, asked=section if "section" in params else "", notes=notes, token=1,
    )  # fmt: skip


def _dropped_note(dropped: list[str]) -> str:
    words = {
        "data": say("the edited numbers"),
        "preset": say("the preset"),
        "step": say("the step"),
        "cell": say("the cell"),
        "at": say("the slice"),
        "task": say("the task"),
    }
    named = listed([words.get(name, f"“{name}”") for name in dropped])
    return say(
        "Part of this link could not be read and was dropped: {listed}. The rest is as sent, or as in the preset.",
        listed=named,
    )


def _or_preset(numbers: Numbers, dropped: list[str]) -> Numbers:
    """The numbers, unless their options do not compute with the preset: then the preset as it is."""
    try:
        return _computes(numbers)
    except ValueError:
        dropped.append("options")
        return Numbers.of(numbers.mechanism, numbers.preset)


def _computes(numbers: Numbers) -> Numbers:
    _ = numbers.trace
    return numbers


def _one_of(known: Any, text: str) -> str:
    if text not in known:
        raise ValueError(text)
    return text


def _stop_names(numbers: Numbers) -> list[str]:
    return ["Inputs", *(step.name for step in numbers.trace.computed)]


def option_value(mechanism: Mechanism, name: str, text: str) -> Any:
    """The value of an option from its text in a link. Raises ValueError where it is none."""
    option = mechanism.options[name]
    return option.checked(name, _typed(text, option.default))


def _typed(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        return int(text)
    return type(default)(text)


def _cell(numbers: Numbers, stop: str, text: str) -> tuple[int, ...]:
    cell = tuple(int(part) - 1 for part in text.split("."))
    if not _has_cell(numbers, stop, cell):
        raise ValueError(text)
    return cell


def _has_cell(numbers: Numbers, stop: str, cell: tuple[int, ...]) -> bool:
    step = numbers.trace[stop or opening_step(numbers.trace)]
    return len(cell) == step.value.ndim and all(0 <= i < size for i, size in zip(cell, step.value.shape, strict=True))


def _slices(numbers: Numbers, text: str) -> dict[str, int]:
    sizes = {axis.name: axis.size for step in numbers.trace for axis in step.axes}
    found = {axis: int(position) - 1 for axis, position in (part.rsplit(".", 1) for part in text.split(","))}
    if any(not 0 <= i < sizes[axis] for axis, i in found.items()):
        raise ValueError(text)
    return found


def _changed(table: Table, change: dict[str, Any]) -> Any:
    if "table" in change:
        return change["table"]
    changed = table.copy()
    for place, value in change["cells"]:
        changed[np.unravel_index(place, table.shape)] = value
    return changed


def _readable(name: Any) -> str:
    return str(name).encode("utf-8", "replace").decode()


def _unpacked(numbers: Numbers, text: str, longest: float) -> Numbers:
    changes = unpack(text, longest)
    if numbers.mechanism.reads:
        if not isinstance(changes["text"], str):
            raise TypeError("no text")
        return numbers.with_text(changes["text"])
    for written, change in changes.get("inputs", {}).items():
        name = numbers.mechanism.renamed.get(written, written)
        numbers = numbers.with_input(name, _changed(numbers.inputs[name], change))
        limited(name, numbers.inputs[name])
    labels = {str(axis): tuple(map(_readable, names)) for axis, names in changes.get("labels", {}).items()}
    return numbers.with_(labels={**numbers.labels, **labels})
