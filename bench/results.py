"""results.md: dated tables, each part with the machine it was measured on."""

from __future__ import annotations

import datetime
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from .numbers import Report

FILE = Path(__file__).with_name("results.md")
PACKAGES = ("streamlit", "plotly", "numpy", "torch")
HEAD = "# Measured\n\nWritten by `python -m bench`. Other machines give other milliseconds; the ratios should hold.\n"
MARK = "<!-- part: {} -->"


def facts() -> str:
    """Date and machine in one line."""
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    busy = psutil.getloadavg()[0]
    return (
        f"{datetime.date.today().isoformat()}: {psutil.cpu_count()} cores, {memory:.0f} GB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, {packages}; load average at the end {busy:.1f}"
    )


def _version(package: str) -> str:
    try:
        return version(package).split("+")[0]
    except PackageNotFoundError:
        return ""


def section(reports: list[Report]) -> str:
    goals = [goal for report in reports for goal in report.goals]
    lines = "\n".join(f"| {goal.text} | {goal.measured} | {'met' if goal.met else '**missed**'} |" for goal in goals)
    judged = f"| goal | measured | |\n| --- | --- | --- |\n{lines}\n"
    tables = "\n".join(report.markdown() for report in reports)
    return f"{tables}\n{judged}\n*{facts()}*\n"


PARTS = (
    "core",
    "models",
    "start",
    "browser",
    "pictures",
    "reading",
    "edits",
    "classroom",
    "class_in_one_room",
    "visitors",
    "memory",
    "scope_in_browser",
    "diagnosis",
)


def write(part: str, reports: list[Report]) -> None:
    """Replace one part of results.md and leave the others as they are."""
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    found = re.split(r"<!-- part: (\w+) -->\n", text)
    parts = dict(zip(found[1::2], found[2::2], strict=True)) | {part: "\n" + section(reports) + "\n"}
    body = "".join(f"{MARK.format(name)}\n{parts[name].rstrip()}\n\n" for name in PARTS if name in parts)
    FILE.write_text(f"{HEAD}\n{body.rstrip()}\n", encoding="utf-8")
