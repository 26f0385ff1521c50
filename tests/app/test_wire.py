"""Both descriptions of the wire format say the same, and what is sent is as they say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from attention_core import CURRICULUM, Mechanism
from attention_core.lesson.pictures import Alignment, Images, ShadedText, Wiring
from attention_stage import wire as stage_wire
from ui import find, picture_data, wire
from ui.atlas import atlas_data
from ui.classroom import wire as class_wire
from ui.home_sentence import SENTENCE, WORD, sentence_data
from ui.lesson_payload import address_payload, lesson_payload
from ui.share import decode
from ui.tour import CARDS, asked

STAGE = Path(wire.__file__).parents[1] / "assets" / "stage"
FIELD = re.compile(r"@property \{(?P<type>(?:[^{}]|\{[^}]*\})+)\} (?P<name>\[?\w+\]?)")
BLOCK = re.compile(r"/\*\*(?:(?!\*/).)*?@typedef \{object\} (?P<name>\w+)(?P<fields>.*?)\*/", re.DOTALL)
ALIAS = re.compile(r"@typedef \{(?P<type>(?!object\b)[^{}]+)\} (?P<name>\w+)")
WORDS = {"str": "string", "int": "number", "float": "number", "bool": "boolean", "None": "null"}
NESTED = dict.fromkeys(
    ("WireTerm", "WireIndex", "WireExpression", "Operation", "FunctionName"), ""
)  # one nested list on the other side

# Each description in Python, the one in JavaScript beside it, and how many objects there are at least.
BOTH = [((stage_wire, wire), "wire.js", 15), ((class_wire,), "classroom/wire.js", 15)]

Fields = dict[str, tuple[str, bool]]  # by name: the type, and whether the field may be missing


def in_javascript(file: str) -> tuple[dict[str, Fields], dict[str, str]]:
    """Objects with their fields, and names of other types."""
    text = (STAGE / file).read_text(encoding="utf-8")
    objects = {
        block["name"]: {
            field["name"].strip("[]"): (plain(field["type"]), field["name"].startswith("["))
            for field in FIELD.finditer(block["fields"])
        }
        for block in BLOCK.finditer(text)
    }
    return objects, {alias["name"]: plain(alias["type"]) for alias in ALIAS.finditer(text)}


def plain(kind: str) -> str:
    """Without blanks, and without the labels of a tuple's parts."""
    return re.sub(r"(?<=[\[,])\w+:", "", re.sub(r"\s+", "", kind))


def in_python(module: ModuleType) -> tuple[dict[str, Fields], dict[str, str]]:
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    objects = {
        node.name: dict(field(each) for each in node.body if isinstance(each, ast.AnnAssign))
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    aliases = {
        node.targets[0].id: spelled(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    return objects, aliases


def field(node: ast.AnnAssign) -> tuple[str, tuple[str, bool]]:
    assert isinstance(node.target, ast.Name)
    kind, missing = node.annotation, False
    if isinstance(kind, ast.Subscript) and ast.unparse(kind.value) == "NotRequired":
        kind, missing = kind.slice, True
    return node.target.id, (spelled(kind), missing)


def spelled(kind: ast.expr) -> str:
    """A type of Python in the words of JSDoc."""
    if isinstance(kind, ast.BinOp):
        return f"{spelled(kind.left)}|{spelled(kind.right)}"
    if not isinstance(kind, ast.Subscript):
        return WORDS.get(ast.unparse(kind), ast.unparse(kind))
    outer = ast.unparse(kind.value)
    parts = [spelled(each) for each in (kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice])]
    if outer == "tuple":
        return f"[{','.join(parts)}]"
    if outer == "dict":
        return f"Record<{','.join(parts)}>"
    choice = "|" in parts[0] and not parts[0].endswith("[]")
    return f"({parts[0]})[]" if choice else f"{parts[0]}[]"


@pytest.mark.parametrize(("modules", "file", "least"), BOTH)
def test_both_sides_describe_the_same_objects(modules: tuple[ModuleType, ...], file: str, least: int) -> None:
    theirs, their_names = in_javascript(file)
    ours: dict[str, Fields] = {}
    our_names: dict[str, str] = {}
    for module in modules:
        objects, names = in_python(module)
        ours |= objects
        our_names |= names
    assert len(ours) > least
    assert ours == theirs
    assert {**our_names, **NESTED} == {**their_names, **NESTED}


def test_no_type_of_the_stage_is_any() -> None:
    for file in STAGE.rglob("*.js"):
        if file.parent.name == "built":
            continue
        remarks = re.findall(r"/\*\*.*?\*/", file.read_text(encoding="utf-8"), re.DOTALL)
        types = re.findall(r"\{(?:[^{}]|\{[^{}]*\})*\}", "\n".join(remarks))
        assert not [kind for kind in types if re.search(r"\bany\b|\bFunction\b|\bObject\b|\{\*\}|\{\?\}", kind)], file


# --- what is sent -----------------------------------------------------------------------------------------------------


def assert_is(value: Any, kind: Any, where: str) -> None:
    """A value has the form that its type describes: every field, and no other."""
    origin, parts = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        assert_has_fields(value, kind, where)
    elif origin is UnionType:
        assert any(fits(value, each) for each in parts), f"{where}: {value!r}"
    elif origin in (tuple, dict, Sequence):
        assert_parts_are(value, origin, parts, where)
    else:
        accepted = (int, float) if kind is float else origin or kind
        assert isinstance(value, accepted), f"{where}: {value!r}"


def assert_parts_are(value: Any, origin: Any, parts: tuple[Any, ...], where: str) -> None:
    """Every part of a tuple, a table or a list has its form."""
    if origin is dict:
        assert isinstance(value, dict), f"{where}: {value!r}"
        places = [(f"{where}.{name}", each, parts[1]) for name, each in value.items()]
    else:
        assert isinstance(value, list | tuple), f"{where}: {value!r}"
        forms = parts if origin is tuple else parts * len(value)
        assert len(value) == len(forms), where
        places = [(f"{where}[{n}]", each, form) for n, (each, form) in enumerate(zip(value, forms, strict=True))]
    for place, each, form in places:
        assert_is(each, form, place)


def assert_has_fields(value: Any, kind: Any, where: str) -> None:
    hints = get_type_hints(kind, include_extras=True)
    assert isinstance(value, dict), where
    assert set(value) <= set(hints), where
    for name, hint in hints.items():
        optional = get_origin(hint) is NotRequired
        assert optional or name in value, f"{where}.{name}"
        if name in value:
            assert_is(value[name], get_args(hint)[0] if optional else hint, f"{where}.{name}")


def fits(value: Any, kind: Any) -> bool:
    try:
        assert_is(value, kind, "")
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("mechanism", CURRICULUM[::4], ids=lambda each: each.key)
def test_the_payload_of_a_lesson_is_as_described(mechanism: Mechanism) -> None:
    session = decode(mechanism, {})
    assert_is(lesson_payload(session), stage_wire.WirePayload, mechanism.key)
    assert_is(address_payload(session, session.view), wire.WireAddress, mechanism.key)


def pictures() -> Iterator[Any]:
    """One picture of each kind that draws itself."""
    found: dict[type, Any] = {}
    for mechanism in CURRICULUM:
        for picture in mechanism.picture(mechanism.trace()) if mechanism.picture else ():
            found.setdefault(type(picture), picture)
    return (found[kind] for kind in (Alignment, Images, ShadedText, Wiring))


def test_pictures_are_sent_as_described() -> None:
    alignment, images, reading, wiring = pictures()
    assert_is(picture_data.alignment_data(alignment), wire.WireAlignment, "alignment")
    assert_is(picture_data.images_data(images, True), wire.WireImages, "images")
    assert_is(picture_data.shaded_text_data(reading), wire.WireReading, "reading")
    assert_is(picture_data.wiring_data(wiring), wire.WireWiring, "wiring")


def test_what_front_pages_send_is_as_described() -> None:
    assert_is(sentence_data(SENTENCE, WORD), wire.WireSentence, "sentence")
    assert_is(atlas_data(), wire.WireAtlas, "atlas")
    assert_is({"cards": CARDS, "start": asked("1")}, wire.WireTour, "tour")
    for entry in find.entries():
        assert_is(entry, wire.WireEntry, entry["title"])


def test_a_field_too_many_and_one_too_few_are_found() -> None:
    chart: dict[str, Any] = {"chart": "map-x"}
    assert_is(chart, wire.WireChart, "chart")
    for wrong in ({}, {"chart": 3}, {**chart, "more": 1}):
        with pytest.raises(AssertionError):
            assert_is(wrong, wire.WireChart, "chart")
