"""Text to nested lists of cells, still as text: brackets of any language, LaTeX, Markdown, separated values, prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from attention_core.engine.language import say

from .grammar import COMMA, DEEPEST, PATTERNS, PLAIN, POINT, SENTENCES, TOKEN
from .numbers import ReadingError, is_number, spelled

Nest = list[Any]  # of texts, or of such lists
_PLAIN = str.maketrans(PLAIN)
_GROUPING = "\u00a0\u202f\u2009\u2007"
_PADDING = re.compile(f"(?<![0-9])[{_GROUPING}]|[{_GROUPING}](?![0-9]{{3}}(?![0-9]))")
_TOKEN = re.compile(TOKEN)
_LETTER = re.compile("[A-Za-z_]")
RE = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}
_CALLABLE = re.compile(f"(?:{PATTERNS['LISTS']}|{PATTERNS['SCALARS']})", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """The cells of a text. bracketed: its brackets say how deep its lists are. counted: its first column is a count."""

    cells: Nest
    bracketed: bool = False
    counted: bool = False


def cleaned(text: str) -> str:
    """The text with plain line ends and blanks, and without comment lines and what a program prints around a table."""
    text = _PADDING.sub(" ", text.replace("\r\n", "\n").translate(_PLAIN))
    lines = [line for line in text.split("\n") if not RE["COMMENT"].fullmatch(line)]
    return "\n".join(line for line in lines if not _is_frame(line))


def _is_frame(line: str) -> bool:
    return bool(RE["HEADING"].fullmatch(line) or RE["FOOTING"].fullmatch(line))


def written(text: str, dimensions: int, switch: bool) -> Written:
    """The cells of a text, in blocks where three axes are wanted."""
    text = cleaned(text)
    start = text.strip(" \t\n")
    if RE["R_HEADER"].fullmatch(start.split("\n")[0]):
        return Written(_blocks(_without_r_places(text), dimensions, switch))
    if RE["R_VECTOR"].match(start):
        return Written([_cells(re.sub(r"(?m)^[ \t]*\[[0-9]+\]|\n", " ", text), " ")])
    if "\\begin{" in text or ("&" in text and "\\\\" in text):
        text = _from_latex(text)
    elif RE["IN_BRACKETS"].match(start) or (RE["CALLED"].match(start) and RE["CLOSED"].search(start)):
        return Written(_nested(start, dimensions), bracketed=True)
    lines = text.split("\n")
    kept = [line for line in lines if not RE["SERIES"].fullmatch(line)]
    return Written(_blocks("\n".join(kept), dimensions, switch), counted=len(kept) < len(lines))


def refuse_left_out(cells: Nest) -> None:
    """Raise ReadingError where dots stand in place of numbers."""
    for cell in cells:
        if isinstance(cell, list):
            refuse_left_out(cell)
        elif RE["DOTS"].fullmatch(cell.strip(" \t\n")):
            raise ReadingError(say(SENTENCES["LEFT_OUT"], text=cell.strip(" \t\n")))


# --- rows ------------------------------------------------------------------------------------------------------------


def _without_r_places(text: str) -> str:
    """A matrix as R prints it, without [,1] above its columns and [1,] before its rows."""
    lines = text.strip(" \t\n").split("\n")[1:]
    return "\n".join(re.sub(r"^[ \t]*\[[0-9]+,\]", "", line) for line in lines)


def _from_latex(text: str) -> str:
    """The rows of a LaTeX matrix, with & between the cells."""
    inner = re.search(r"\\begin\{[^{}]*\}(?:\{[^{}]*\})?((?:[^\\]|\\(?!end\{))*)", text)
    text = inner[1] if inner else text
    text = re.sub(r"\\[dt]?frac *\{([^{}]*)\} *\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\\(?:times|cdot)(?![A-Za-z])", "*", text).replace("{,}", ",")
    text = re.sub(r"\\infty(?![A-Za-z])", "inf", text)
    text = re.sub(r"\\\\(?:\[[^\]]*\])?", "\n", text.replace("\n", " "))
    return re.sub(r"\\hline|\\[,;!:]|\$|\\[\[\]()]", " ", text)


def _blocks(text: str, dimensions: int, switch: bool) -> Nest:
    """Rows of cells; of three axes, blocks of them with a blank line between."""
    lines = _whole_lines(text)
    named = re.fullmatch(PATTERNS["SEPARATOR"], next((line for line in lines if line.strip(" \t")), "").strip(" \t"))
    if named:
        lines = lines[next(n for n, line in enumerate(lines) if line.strip(" \t")) + 1 :]
    full = [line for line in lines if line.strip(" \t\n") and not RE["RULE"].fullmatch(line)]
    mark = named[1] if named else _separator(full, switch)
    if dimensions < 3:
        return _trimmed([_cells(line, mark) for line in full])
    parts = groupby(lines, key=lambda line: bool(line.strip(" \t\n")))
    blocks = [[line for line in part if not RE["RULE"].fullmatch(line)] for there, part in parts if there]
    return [_trimmed([_cells(line, mark) for line in block]) for block in blocks if block]


def _whole_lines(text: str) -> list[str]:
    """The lines, but those joined between whose ends a quotation is open."""
    lines = text.split("\n")
    if '"' not in text:
        return lines
    joined: list[list[str]] = []
    is_open = False
    for line in lines:
        if is_open:
            joined[-1].append(line)
        else:
            joined.append([line])
        is_open ^= line.count('"') % 2 == 1
    return lines if is_open else ["\n".join(parts) for parts in joined]


def _separator(lines: list[str], switch: bool) -> str:
    """What separates the cells. Raises ReadingError where a comma can separate cells or decimals."""
    for mark in "\t;":
        if any(mark in line for line in lines):
            return mark
    if lines and all("|" in line for line in lines):
        return "|"
    if any("&" in line for line in lines):
        return "&"
    if not any(COMMA in line for line in lines) or _has_decimal_commas(lines):
        return " "
    if not switch:
        _refuse_cells_or_number(lines)
    return COMMA


def _has_decimal_commas(lines: list[str]) -> bool:
    """Whether blanks separate the cells and commas are part of numbers: all parts with a comma are numbers."""
    if len(lines) == 1 and RE["ONE_COMMA"].fullmatch(lines[0]):
        return True
    parts = [re.split("[ \t\n]+", line.strip(" \t\n")) for line in lines]
    several = any(len(line) > 1 for line in parts)
    return several and all(is_number(part) for line in parts for part in line if COMMA in part)


def _refuse_cells_or_number(lines: list[str]) -> None:
    mark = _mark_of_numbers(lines)
    if mark:
        text = lines[0].strip(" ")
        message = SENTENCES["CELLS_OR_NUMBER"]
        cells = text.count(COMMA) + 1
        raise ReadingError(message.format(text=text, cells=cells, number=spelled(text, mark)), (0, 0))


def _mark_of_numbers(lines: list[str]) -> str:
    """The decimal mark with which every line is one number, though its commas can separate cells as well; else ""."""
    forms = {"ONE_COMMA": COMMA, "ONE_PERCENT": COMMA, "THOUSANDS": POINT}
    return next((mark for form, mark in forms.items() if all(RE[form].fullmatch(line) for line in lines)), "")


def in_both_ways(text: str) -> tuple[str, ...]:
    """A text that is refused because its commas can separate cells or decimals, as cells and as numbers; else ()."""
    lines = [line for line in cleaned(text).split("\n") if line.strip(" \t")]
    mark = _mark_of_numbers(lines) if len(lines) > 1 else ""
    if not mark:
        return ()
    return "\n".join(line.replace(COMMA, ", ") for line in lines), "\n".join(spelled(line, mark) for line in lines)


def _cells(line: str, mark: str) -> list[str]:
    """The cells of a line, without the blanks around them; in quotation marks a cell may hold the mark."""
    if mark == " ":
        return _unquoted_blanks(line)
    cells = line.split(mark) if '"' not in line else _quoted_cells(line, mark)
    if mark == "|":
        cells = cells[not cells[0].strip(" \t") : len(cells) - (not cells[-1].strip(" \t"))]
    return [cell.strip(" \t\n") for cell in cells]


def _unquoted_blanks(line: str) -> list[str]:
    line = RE["AROUND_STROKE"].sub("/", RE["BEFORE_PERCENT"].sub("%", line))
    if '"' not in line:
        return [cell for cell in re.split("[ \t\n]+", line) if cell]
    return [cell.replace('"', "") for cell in re.findall(r'"[^"]*"|[^ \t\n"]+|"', line)]


def _quoted_cells(line: str, mark: str) -> list[str]:
    cell = re.compile(rf'[ \t]*"((?:[^"]|"")*)"[ \t]*(?={re.escape(mark)}|$)|([^{re.escape(mark)}]*)')
    cells, at = [], 0
    while at <= len(line):
        found = cell.match(line, at)
        if not found:
            return line.split(mark)
        cells.append(found[1].replace('""', '"') if found[1] is not None else found[2])
        at = found.end() + 1
    return cells


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Without rows at the end, and columns at both ends, in which there is nothing."""
    filled = [n for n, row in enumerate(rows) if any(row)]
    rows = rows[: filled[-1] + 1] if filled else []
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        return rows
    ends = [[n for n, cell in enumerate(row) if cell] for row in rows]
    first = min(places[0] for places in ends if places)
    last = max(places[-1] for places in ends if places)
    return [row[first : last + 1] for row in rows]


# --- brackets --------------------------------------------------------------------------------------------------------

_COMMA, _LINE, _ROW = object(), object(), object()


@dataclass
class _Group:
    """What stands between two brackets: texts, lists, and the signs between them."""

    closing: str = ""
    name: str = ""  # of what is called
    items: list[Any] = field(default_factory=list)
    named: bool = False  # whether arguments with names have begun, which say nothing of the numbers
    several: bool = False  # whether it is one list over several lines without a sign between them

    def add(self, item: Any) -> None:
        """One more, unless arguments with names have begun."""
        if not self.named:
            self.items.append(item)


def _nested(text: str, dimensions: int) -> Nest:
    """The nested lists of a text in brackets. The steps are as many as its tokens, and so is the memory."""
    stack = [_Group()]
    name = ""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in tuple("[({"):
            stack.append(_opened(token, name, len(stack)))
        elif token in tuple("])}"):
            _close(stack, token)
        elif not _is_prefix(token, text[found.end() : found.end() + 1]):
            _between(stack[-1], token)
        name = token.strip(" ") if _is_prefix(token, text[found.end() : found.end() + 1]) else ""
    if len(stack) > 1:
        raise ReadingError(say(SENTENCES["NOT_CLOSED"]))
    return _outermost(stack[0], dimensions)


def _is_prefix(token: str, following: str) -> bool:
    """Whether a token names what a bracket opens: array, Float64."""
    return bool(_LETTER.match(token)) and following in ("[", "(", "{") and not token.endswith("=")


def _opened(token: str, name: str, depth: int) -> _Group:
    if depth > DEEPEST:
        raise ReadingError(say(SENTENCES["NESTED_TOO_DEEP"]))
    known = _CALLABLE.fullmatch(name.rpartition(".")[2]) if token == "(" else RE["TYPES"].fullmatch(name)
    if name and not known:
        raise ReadingError(say(SENTENCES["NOT_COMPUTED"], text=f"{name}{token}"))
    return _Group({"[": "]", "(": ")", "{": "}"}[token], name if token == "(" else "")


def _between(group: _Group, token: str) -> None:
    """A token that opens and closes nothing."""
    if token.endswith("=") and token[:1] not in "=<>!" and _LETTER.match(token):
        if group.name and RE["SHAPED"].fullmatch(token.rstrip("= ")):
            raise ReadingError(say(SENTENCES["NOT_COMPUTED"], text=f"{group.name}(... {token}"))
        group.named = group.named or bool(group.closing)
    elif token in (",", ";", "\n"):
        group.add({",": _COMMA, ";": _ROW, "\n": _LINE}[token])
    elif not token.isspace():
        group.add(token[1:-1] if len(token) > 1 and token[0] in "\"'" else token)


def _close(stack: list[_Group], token: str) -> None:
    group = stack.pop()
    if not stack or group.closing != token:
        raise ReadingError(say(SENTENCES["NOT_OPENED"] if not stack else SENTENCES["NOT_CLOSED"]))
    found = _list_of(group)
    is_scalar = RE["SCALARS"].fullmatch(group.name.rpartition(".")[2])
    within_call = bool(group.name) and len(found) == 1 and (isinstance(found[0], list) or bool(is_scalar))
    stack[-1].add(found[0] if within_call else found)
    one = _is_one_list(group)
    stack[-1].several = one or (within_call and group.several)


def _is_one_list(group: _Group) -> bool:
    """Whether numbers stand on several lines with nothing else between them."""
    signs = [item for item in group.items if not isinstance(item, str)]
    inner = [item for item in _stripped(group.items) if item is _LINE]
    return bool(inner) and all(item is _LINE for item in signs)


def _list_of(group: _Group) -> Nest:
    """Its rows, if it has any; else its items."""
    rows = _split(group.items, _ROW)
    if len(rows) > 1 and not _stripped(rows[-1]):
        rows = rows[:-1]
    lists = [_row(row) for row in rows]
    if len(lists) == 1:
        return lists[0]
    return [row[0] if len(row) == 1 and isinstance(row[0], list) else row for row in lists]


def _row(items: list[Any]) -> Nest:
    """Items separated by commas; or by blanks and line ends, where there is no comma."""
    if _COMMA not in items:
        return [item for item in items if item is not _LINE]
    parts = [[item for item in part if item is not _LINE] for part in _split(items, _COMMA)]
    if not parts[-1]:
        parts.pop()
    return [item for part in parts for item in _part(part)]


def _part(items: list[Any]) -> Nest:
    """What stands between two commas: one number, in which there may be blanks, or lists."""
    texts = [item for item in items if isinstance(item, str)]
    if texts and len(texts) < len(items):
        raise ReadingError(say(SENTENCES["NUMBERS_AND_LISTS"]))
    return items if items and not texts else [" ".join(texts)]


def _split(items: list[Any], sign: object) -> list[list[Any]]:
    parts: list[list[Any]] = [[]]
    for item in items:
        if item is sign:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _stripped(items: list[Any]) -> list[Any]:
    """Without line ends before the first item and after the last one."""
    there = [n for n, item in enumerate(items) if item is not _LINE]
    return items[there[0] : there[-1] + 1] if there else []


def _outermost(top: _Group, dimensions: int) -> Nest:
    """The one list of a text, or all of them as rows of one."""
    lists = [item for item in top.items if isinstance(item, list)]
    rest = [item for item in top.items if isinstance(item, str)]
    if rest or not lists:
        raise ReadingError(say(SENTENCES["NOT_COMPUTED"], text=" ".join(rest)[:40]))
    found: Nest = lists[0] if len(lists) == 1 else lists
    flat = not any(isinstance(item, list) for item in found)
    if flat and top.several and dimensions > 1:
        raise ReadingError(say(SENTENCES["ROWS_OR_ONE"]))
    return found
