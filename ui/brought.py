"""Tables, names and options from outside, brought into the numbers of a lesson; and what would make them fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from attention_core.engine.language import say, say_many

from .reading.files import Upload
from .reading.notations import in_both_ways
from .reading.tables import Reading, limited, read_table
from .state import Numbers, Table
from .words import listed

NAMED = 40  # characters of a name
Labels = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Brought:
    """Numbers with what a text or a file held, and what a reader should know of it."""

    numbers: Numbers
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A change that makes tables fit which do not as they are. title: what it does, for a button."""

    title: str
    upload: Upload
    resize: bool = False


def brought(numbers: Numbers, upload: Upload, resize: bool = False) -> Brought:
    """The numbers with all that is of use. resize: axes of features get the sizes of the new tables too.

    Raises InputError where tables or options cannot be used.
    """
    notes = [note for reading in upload.readings.values() for note in reading.notes]
    numbers = _with_options(numbers, upload, notes)
    numbers = with_tables(numbers, {name: reading.table for name, reading in upload.readings.items()}, resize)
    numbers = _with_names(numbers, upload, notes)
    if upload.passed:
        notes.append(
            say("Passed over, for the lesson has no such input: {first_of}.", first_of=_first_of(upload.passed))
        )
    return Brought(numbers, tuple(dict.fromkeys(notes)))


def fitted(numbers: Numbers, upload: Upload, names: Iterable[str]) -> tuple[Brought, bool]:
    """As `brought`, but with rows for columns in the tables of these inputs where they fit so alone; and whether so.

    Where one of them has as many rows as there are tokens, nothing is guessed, and the reason is raised.
    """
    try:
        found = brought(numbers, upload)
        _ = found.numbers.trace
    except ValueError:
        turned = swapped(upload, names)
        if not _has_other_rows(numbers, upload, names) or not _computes(numbers, turned, resize=False):
            raise
        found = brought(numbers, turned)
        note = say("Rows and columns were swapped, for only so the table fits: see “Tokens are columns”.")
        return replace(found, notes=(note, *found.notes)), True
    return found, False


def _has_other_rows(numbers: Numbers, upload: Upload, names: Iterable[str]) -> bool:
    """Whether there are tables of these inputs, and none has as many rows as its input has tokens."""
    rows = {name: len(upload.readings[name].table) for name in names}
    return bool(rows) and all(size != len(numbers.inputs[name]) for name, size in rows.items())


def with_tables(numbers: Numbers, tables: Mapping[str, Table], resize: bool = False) -> Numbers:
    """New tables; where one brings other tokens, the other inputs of that axis are cut or continued.

    resize: so are those of every other axis.
    """
    tokens = numbers.token_axes()
    for name, table in tables.items():
        axes = numbers.mechanism.positions(name)
        for axis, size in zip(axes, limited(name, table).shape, strict=True):
            if (resize or axis in tokens) and numbers.sizes().get(axis, size) != size:
                numbers = numbers.resized(axis, size)
    return numbers.with_(inputs={**numbers.inputs, **tables})


def offers(numbers: Numbers, upload: Upload) -> Iterator[Offer]:
    """What would make tables fit that do not: other sizes of the inputs beside them, or rows for columns."""
    title = _resizing(numbers, upload)
    if title and _computes(numbers, upload, resize=True):
        yield Offer(title, upload, resize=True)
    turned = swapped(upload, upload.readings)
    if _computes(numbers, turned, resize=False):
        yield Offer(say("Swap rows and columns"), turned)


def offers_of_commas(numbers: Numbers, name: str, text: str) -> Iterator[Offer]:
    """The two readings of a text in which every comma can separate cells or decimals, as far as they compute."""
    spec = numbers.mechanism.inputs[name]
    for written in in_both_ways(text):
        upload = Upload({name: read_table(name, written, spec.axes, spec.switch)})
        table = upload.readings[name].table
        columns = 1 if table.ndim == 1 else table.shape[-1]
        first = ", ".join(f"{value:g}" for value in table.ravel()[: max(2, columns)])
        title = say_many("Read {n} column: {first} ...", "Read {n} columns: {first} ...", columns, first=first)
        for resize in (False, True):
            if _computes(numbers, upload, resize):
                yield Offer(title, upload, resize)
                break


def swapped(upload: Upload, names: Iterable[str]) -> Upload:
    """The same with rows for columns in the tables of these inputs, as far as they have two axes."""
    turned = {name: _turned(upload.readings[name]) for name in names}
    return replace(upload, readings={**upload.readings, **turned})


def _turned(reading: Reading) -> Reading:
    if reading.table.ndim != 2:
        return reading
    return replace(
        reading, table=reading.table.T.copy(), names={1 - axis: each for axis, each in reading.names.items()}
    )


def _computes(numbers: Numbers, upload: Upload, resize: bool) -> bool:
    try:
        _ = brought(numbers, upload, resize).numbers.trace
    except ValueError:
        return False
    return True


def _resizing(numbers: Numbers, upload: Upload) -> str:
    """Which inputs get another size where all follow the new tables, as the title of a button."""
    tables = {name: reading.table for name, reading in upload.readings.items()}
    try:
        before, after = (with_tables(numbers, tables, resize).inputs for resize in (False, True))
    except ValueError:
        return ""
    changed = [_resized(name, before[name], after[name]) for name in after if before[name].shape != after[name].shape]
    return say("Resize {listed} (new numbers are 0)", listed=listed(changed)) if changed else ""


def _resized(name: str, before: Table, after: Table) -> str:
    words = ("numbers",) if after.ndim == 1 else (*("blocks",) * (after.ndim - 2), "rows", "columns")
    sizes = zip(before.shape, after.shape, words, strict=True)
    found = listed([f"{size} {word}" for old, size, word in sizes if old != size])
    return say("{name} to {sizes}", name=name, sizes=found)


# --- options and names -----------------------------------------------------------------------------------------------


def _with_options(numbers: Numbers, upload: Upload, notes: list[str]) -> Numbers:
    """The options of a file that this lesson wrote."""
    if upload.options and upload.lesson not in ("", numbers.mechanism.key):
        notes.append(
            say("The file is of the lesson “{lesson}”; its options were passed over.", lesson=upload.lesson[:NAMED])
        )
        return numbers
    known = {name: value for name, value in upload.options.items() if name in numbers.mechanism.options}
    unknown = [name for name in upload.options if name not in known]
    if unknown:
        notes.append(say("Options passed over, for the lesson has none such: {first_of}.", first_of=_first_of(unknown)))
    checked = {name: numbers.mechanism.options[name].checked(name, value) for name, value in known.items()}
    return numbers.with_(options={**numbers.options, **checked})


def _with_names(numbers: Numbers, upload: Upload, notes: list[str]) -> Numbers:
    if upload.lesson == numbers.mechanism.key:  # its own file has every name there was: other axes had none
        numbers = numbers.with_(labels={axis: given for axis, given in numbers.labels.items() if axis in upload.labels})
    found = {axis: names for axis, names in upload.labels.items() if axis in numbers.sizes()}
    found |= _beside_tables(numbers, upload) | _by_length(numbers, upload, notes)
    nameable = _nameable(numbers)
    for axis, names in found.items():
        if axis in nameable and len(names) == numbers.sizes()[axis]:
            numbers = numbers.with_labels(axis, tuple(name.strip()[:NAMED] for name in names))
            notes.append(say("Names along “{axis}”: {first_of}.", axis=axis, first_of=_first_of(names)))
        else:
            notes.append(_unfitting(axis, _first_of(names), numbers.sizes()[axis] if axis in nameable else None))
    return numbers


def _nameable(numbers: Numbers) -> set[str]:
    """Axes whose positions carry names here."""
    return {*numbers.token_axes(), *(axis for axis in numbers.labels if axis in numbers.sizes())}


def _beside_tables(numbers: Numbers, upload: Upload) -> Labels:
    """Names that stood above and beside tables, by the axis of their input."""
    return {
        numbers.mechanism.positions(name)[place]: names
        for name, reading in upload.readings.items()
        for place, names in reading.names.items()
        if numbers.mechanism.positions(name)[place] in numbers.sizes()
    }


def _by_length(numbers: Numbers, upload: Upload, notes: list[str]) -> Labels:
    """Lists of names, each along the one axis it fits: the one it is called after, or the only one of its length."""
    found: Labels = {}
    for key, names in upload.lists.items():
        axes = [axis for axis in _nameable(numbers) if numbers.sizes()[axis] == len(names)]
        called = [axis for axis in axes if key.lower() in (axis, f"{axis}s")]
        if len(called or axes) == 1:
            found[(called or axes)[0]] = names
        else:
            several = say(
                "Passed over: {key}, {count} names, which fit several axes.", key=key[:NAMED], count=len(names)
            )
            none = say("Passed over: {key}, {count} names, which fit no axis.", key=key[:NAMED], count=len(names))
            notes.append(several if axes else none)
    return found


def _unfitting(axis: str, names: str, size: int | None) -> str:
    """What is said of names that do not fit the axis. size: its positions; None where they have no names."""
    if size is None:
        return say("Names along “{axis}”, which has none, were passed over: {names}.", axis=axis, names=names)
    return say(
        "Names along “{axis}”, which has {size} positions, were passed over: {names}.",
        axis=axis, size=size, names=names,
    )  # fmt: skip


def _first_of(names: tuple[str, ...] | list[str]) -> str:
    shown = ", ".join(name[:NAMED] for name in names[:6])
    return say("{listed} and {count} more", listed=shown, count=len(names) - 6) if len(names) > 6 else shown
