"""What a class answered, as a table. Who said what is in it only where nicknames were asked for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from attention_core.engine.language import say

from .classes import Classes, Kept
from .refusals import Refusal
from .tally import is_right, tally

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # text beginning with these is a formula to spreadsheets
COUNTS = ("question", "kind", "round", "answer", "count", "right")
NAMES = ("question", "kind", "round", "nickname", "answer", "right")


async def counted(classes: Classes, code: str) -> str:
    """How often each answer was given, in each round; and how many reached each challenge."""
    rows: list[Sequence[Any]] = []
    for question in await _questions(classes, code):
        values = [[*map(json.loads, each.values())] for each in await _rounds(classes, code, question)]
        for bar in tally(question, values, revealed=True)["bars"]:
            for number, count in enumerate(bar["counts"], start=1):
                row = (question["text"], question["kind"], number, bar["label"], count, _said(bar.get("right")))
                rows.append(row)
    for key, text in (await classes.store.all(code, "challenges")).items():
        challenge, reached = json.loads(text), await classes.store.all(code, f"reached:{key}")
        rows.append(
            (
                challenge["lesson"],
                "challenge",
                1,
                say("challenge {challenge}", challenge=challenge["number"] + 1),
                len(reached),
                "",
            )
        )
    return _written(COUNTS, rows)


async def named(classes: Classes, code: str) -> str:
    """Each answer beside the nickname of whoever gave it. Raises Refusal where none were asked for."""
    if await classes.store.get(code, "class", "names") != "true":
        raise Refusal(403, say("This class did not ask for nicknames, so nobody can be told who said what."))
    learners = await classes.store.all(code, "learners")
    rows: list[Sequence[Any]] = []
    for question in await _questions(classes, code):
        for number, answers in enumerate(await _rounds(classes, code, question), start=1):
            for key, text in answers.items():
                nickname = json.loads(learners.get(key, '{"nickname": ""}'))["nickname"]
                rows.append(_answered(question, number, nickname, json.loads(text)))
    return _written(NAMES, rows)


def _answered(question: Kept, number: int, nickname: str, value: Any) -> Sequence[Any]:
    right = _said(is_right(question, value)) if "right" in question else ""
    if question["kind"] == "choice":
        value = question["choices"][value]
    elif question["kind"] == "truth":
        value = _said(value, "true", "false")
    return (question["text"], question["kind"], number, nickname, value, right)


async def _questions(classes: Classes, code: str) -> list[Kept]:
    """In the order in which they were asked."""
    found: list[Kept] = [json.loads(text) for text in (await classes.store.all(code, "questions")).values()]
    return sorted(found, key=lambda question: question["asked"])


async def _rounds(classes: Classes, code: str, question: Kept) -> list[dict[str, str]]:
    return [await classes.answers(code, question["id"], n + 1) for n in range(question["round"])]


def _said(right: bool | None, yes: str = "yes", no: str = "no") -> str:
    return "" if right is None else yes if right else no


def _written(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The mark at the beginning has spreadsheets read it as UTF-8."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
