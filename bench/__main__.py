"""python -m bench [PART ...] [--quick] [--then PATH]: measure, print, and write bench/results.md.

Parts that are not measured keep what results.md said about them; --quick prints only. --then names another checkout of
the project, which is measured beside this one.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from .results import PARTS, write

COMPARED = ("edits", "classroom", "start", "scope_in_browser")


def main() -> None:
    parser = argparse.ArgumentParser(
        "python -m bench", description="Measure the core, the page and a class of learners."
    )
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of {', '.join(PARTS)}; all where none is given")
    parser.add_argument("--quick", action="store_true", help="few repetitions; results.md is left alone")
    parser.add_argument("--then", type=Path, metavar="PATH", help=f"another checkout, for {' and '.join(COMPARED)}")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; parts are {', '.join(PARTS)}")
    for part in [part for part in PARTS if part in given.parts or not given.parts]:
        measure = importlib.import_module(f"bench.{part}").measure
        reports = measure(given.quick, given.then) if part in COMPARED else measure(given.quick)
        for report in reports:
            print(report.text(), flush=True)
            print(
                "\n".join(f"{'met   ' if goal.met else 'MISSED'} {goal.text}: {goal.measured}" for goal in report.goals)
            )
        if not given.quick:
            write(part, reports)


if __name__ == "__main__":
    main()
