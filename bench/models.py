"""Real models, traced, beside PyTorch where transformers is at hand: processor time and memory of one text.

    python -m bench models            # the traced core alone, where there is no PyTorch
    PYTHONPATH=. /elsewhere/python -m bench.models   # one line of JSON, in an environment that has both

Both run in turn, in one process and with one thread each: with more, libraries that wait for each other count as busy.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from .numbers import Goal, Report

SHORT = "The animal didn't cross the street."
LONG = "The animal didn't cross the street because it was too tired, and so its driver waited. " * 6
WANTED = {"all-minilm-l6-v2": 2.5, "smollm2-135m-instruct": 1.5}
ABLATION_WANTED = 1.5
COLUMNS = ("model", "tokens", "traced, ms", "PyTorch, ms", "ratio", "a head off, ms", "MB of the trace", "largest MB")


def best(variants: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The least milliseconds of processor time of each variant, the variants in turn."""
    found = dict.fromkeys(variants, float("inf"))
    for _ in range(rounds):
        for name, variant in variants.items():
            start = time.process_time()
            variant()
            found[name] = min(found[name], (time.process_time() - start) * 1e3)
    return found


def in_torch(place: Any) -> Callable[[list[int]], object] | None:
    """PyTorch's forward of the same model; None without PyTorch and transformers."""
    try:
        import torch
        from transformers import AutoModel, AutoModelForCausalLM
    except ImportError:
        return None
    torch.set_num_threads(1)
    if place.suffix == ".gguf":
        model = AutoModelForCausalLM.from_pretrained(place.parent, gguf_file=place.name, dtype=torch.float32)
    else:
        model = AutoModel.from_pretrained(place, dtype=torch.float32)
    model.eval()

    def forward(ids: list[int]) -> object:
        with torch.no_grad():
            return model(torch.tensor([ids]))

    return forward


def measured(rounds: int) -> list[dict[str, Any]]:
    from attention_core.models import known_models, open_model

    found = []
    for known in known_models():
        model, torch = open_model(known.place), in_torch(known.place)
        for text in (SHORT, LONG):
            trace = model.trace(text)
            variants: dict[str, Callable[[], object]] = {
                "traced": partial(model.trace, text),
                "off": partial(trace.without, (1, 1)),
            }
            if torch:
                variants["torch"] = partial(torch, [token.id for token in trace.tokens])
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            row = {"key": known.key, "tokens": len(trace.tokens), "trace": trace.nbytes / 1e6, "peak": peak}
            found.append(row | best(variants, rounds))
    return found


def measure(quick: bool = False) -> list[Report]:
    report = Report("Real models: least processor time of one text, one thread", COLUMNS)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "bench.models", "2" if quick else "5"]
    printed = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    for row in json.loads(printed.splitlines()[-1]):
        _report(report, row)
    report.notes.append("The largest memory of the process counts the pages of the mapped weights that were read.")
    if not report.rows:
        report.notes.append("No model is installed: make models.")
    return [report]


def _report(report: Report, row: dict[str, Any]) -> None:
    traced, off, torch = row["traced"], row["off"], row.get("torch")
    ratio = traced / torch if torch else None
    named = f"{row['key']}, {row['tokens']} tokens"
    shown = (f"{torch:.0f}", f"{ratio:.2f}") if torch and ratio else ("", "")
    numbers = (f"{traced:.0f}", *shown, f"{off:.0f}", f"{row['trace']:.1f}", f"{row['peak']:.0f}")
    report.add((row["key"], row["tokens"], *numbers))
    wanted = WANTED.get(row["key"])
    if ratio and wanted:
        report.goals.append(Goal(f"{named}: at most {wanted} times PyTorch", f"{ratio:.2f}", ratio <= wanted))
    least = off / traced
    report.goals.append(
        Goal(f"{named}: a head off in {ABLATION_WANTED} forwards", f"{least:.2f}", least <= ABLATION_WANTED)
    )


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]) if sys.argv[1:] else 5)))
