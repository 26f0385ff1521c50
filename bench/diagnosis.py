"""How well and how fast `diagnose` names mistakes: what `python -m tools.diagnosis` measures, as tables.

Each mistake by itself takes most of the time; what is done of it stands in build/diagnosis.json, and a run that was
stopped goes on from there as long as the code is the same. One thread.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from attention_core.diagnosis.mistakes import BY_KEY
from tools.diagnosis import (
    NAMED_PAIRS,
    UNMADE,
    UNSEEN,
    Tally,
    Timed,
    nonsense_named,
    pairs_named,
    right_accused,
    tallies,
    timed,
)  # fmt: skip

from .numbers import Goal, Report

KEPT = Path(__file__).parents[1] / "build" / "diagnosis.json"
CASES = 200  # of each mistake, on which it changes numbers
PAIRS, RIGHT, NONSENSE = 3, 1000, 200  # cases of each pair; right implementations; random outputs


def measure(quick: bool = False) -> list[Report]:
    return [_singles(quick), _others(quick), _times()]


def _singles(quick: bool) -> Report:
    title = "Find my bug: single mistakes, 2 to 7 tokens, 1 to 4 heads, float32 and float64, output alone"
    return of_tallies(title, list(tallies(4 if quick else CASES, kept=None if quick else KEPT)))


def of_tallies(title: str, found: list[Tally]) -> Report:
    """The results of all mistakes, by the part of the computation that they change."""
    report = Report(
        title, ("part", "mistakes", "first", "beside one that gives the same numbers", "wrong", "no effect")
    )
    parts: dict[str, list[Tally]] = {}
    for each in found:
        parts.setdefault(BY_KEY[each.key].changes, []).append(each)
    for part, tallied in parts.items():
        report.add(_row(part, tallied))
    report.rows.append(_row("all", found))
    report.notes.append("Cases on which a mistake has no effect beyond rounding are drawn again, and counted apart.")
    missed = sum(each.missed for each in found)
    shown = sum(each.shown for each in found)
    fewest = min(each.shown for each in found)
    report.goals.append(
        Goal("single mistakes: all named first, or beside the same numbers", f"{shown - missed} of {shown}", not missed)
    )
    report.goals.append(Goal(f"cases of each mistake: {CASES}", f"{fewest} at least", fewest >= CASES))
    return report


def _row(part: str, tallied: list[Tally]) -> tuple[str | int, ...]:
    seen: Counter[str] = Counter()
    for each in tallied:
        seen += each.seen
    wrong = sum(each.missed for each in tallied)
    return part, len(tallied), seen["first"], seen["alike"], wrong, seen[UNSEEN] + seen[UNMADE]


def _others(quick: bool) -> Report:
    report = Report("Find my bug: pairs, right numbers, nonsense", ("what", "cases", "result"))
    share, judged, total, _ = pairs_named(1 if quick else PAIRS)
    report.add(("pairs of twelve common mistakes", judged, ", ".join(f"{n} {what}" for what, n in total.most_common())))
    report.goals.append(
        Goal(f"pairs among the first three: {NAMED_PAIRS:.0%}", f"{share:.1%} of {judged}", share >= NAMED_PAIRS)
    )
    count = 60 if quick else RIGHT
    accused = sum(right_accused(count).values())
    report.add(("right, float16, float32, float64", count, f"{accused} accused"))
    report.goals.append(Goal("right implementations accused: none", f"{accused} of {count}", not accused))
    count = 10 if quick else NONSENSE
    named = len(nonsense_named(count))
    report.add(("random outputs", count, f"{named} named"))
    report.goals.append(Goal("random outputs named: none", f"{named} of {count}", not named))
    return report


def _times() -> Report:
    report = Report(
        "Find my bug: seconds of one core",
        ("heads x tokens x width", "settings", "output", "seconds", "forwards", "tried", "all pairs tried"),
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "bench.diagnosis"]
    printed = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    for each in json.loads(printed.splitlines()[-1]):
        _time(report, Timed(**each))
    report.notes.append("A forward is one traced attention() on the same inputs, without a rotation.")
    report.notes.append(
        "A diagnosis ends after 3 seconds of waiting, whatever it has tried, and then says so; here it has a minute."
    )
    return report


def _time(report: Report, each: Timed) -> None:
    sizes = " x ".join(map(str, each.shape))
    named = ", ".join(f"{name}={value}" for name, value in each.settings.items())
    seconds, forwards = f"{each.seconds:.2f}", f"{each.seconds / each.forward:.0f}"
    report.add((sizes, named, each.answer, seconds, forwards, each.tried, "yes" if each.complete else "no"))
    text = f"{sizes} {named}, {each.answer}: {each.most:g} s".replace(" ,", ",")
    report.goals.append(Goal(text, f"{seconds} s", each.seconds <= each.most))


if __name__ == "__main__":
    print(json.dumps([asdict(each) for each in timed()]))
