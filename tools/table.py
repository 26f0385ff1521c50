"""Write the table of all mechanisms into the README, between its two marks: paper, steps, golden numbers."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

from attention_core import CURRICULUM, Mechanism, mechanisms
from tests.golden_numbers import Row, rows

README = Path(__file__).parents[1] / "README.md"
START = "<!-- table of mechanisms -->"
END = "<!-- end of the table -->"
HEAD = "| mechanism | paper | steps | golden numbers | largest error |\n|---|---|---:|---:|---|"
LIMITS = ("1e-12", "1e-9", "1e-6")  # bounds, so that the last bits of some other machine change no file


def file_of(mechanism: Mechanism) -> Path:
    for module in pkgutil.walk_packages(mechanisms.__path__, f"{mechanisms.__name__}."):
        found = importlib.import_module(module.name)
        if getattr(found, "MECHANISM", None) is mechanism:
            return Path(str(found.__file__))
    raise LookupError(mechanism.key)


def table() -> str:
    golden: dict[str, list[Row]] = {}
    for row in rows():
        golden.setdefault(row.mechanism.key, []).append(row)
    return "\n".join([HEAD, *(_line(mechanism, golden.get(mechanism.key, [])) for mechanism in CURRICULUM)])


def _line(mechanism: Mechanism, golden: list[Row]) -> str:
    file = file_of(mechanism)
    link = f"[{mechanism.title}]({file.relative_to(README.parent).as_posix()})"
    steps = len(mechanism.trace().computed)
    cells = (link, mechanism.papers[0], steps, len(golden) or "", _bound(golden))
    return f"| {' | '.join(map(str, cells))} |"


def _bound(golden: list[Row]) -> str:
    worst = max((row.error for row in golden), default=0.0)
    return f"< {next(limit for limit in LIMITS if worst < float(limit))}" if golden else ""


def written(text: str) -> str:
    """The README with today's table."""
    return re.sub(f"{START}.*?{END}", lambda _: f"{START}\n{table()}\n{END}", text, flags=re.DOTALL)


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
