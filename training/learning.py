"""What all trainings share: first numbers, steps of Adam, and the files that come out."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

SEED = 0
TEST_SEED = 12345
ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "attention_core" / "data" / "weights"
RECORDED = ROOT / "tests" / "golden" / "recorded"  # numbers of PyTorch that tests compare with NumPy
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Trained:
    """One file of weights, its card, and held-out examples with all that NumPy has to compute again."""

    name: str
    arrays: Mapping[str, np.ndarray]
    card: Mapping[str, Any]
    recorded: Sequence[Mapping[str, Any]]

    def save(self) -> None:
        np.savez_compressed(WEIGHTS / f"{self.name}.npz", **self.arrays)
        write(WEIGHTS / f"{self.name}.json", self.card)
        write(RECORDED / f"{self.name}.json", self.recorded)


# --- before -----------------------------------------------------------------------------------------------------------


def seeded(seed: int = SEED) -> np.random.Generator:
    """Everything that is drawn, by PyTorch and by NumPy, follows from this number."""
    torch.set_num_threads(1)  # two threads on a busy machine are slower, and one adds up in one order
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)
    return np.random.default_rng(seed)


class Net(nn.Module):
    """A network that is its named arrays. Rows of E are embeddings; vectors are biases, unless they are queries."""

    def __init__(self, shapes: Shapes, queries: Iterable[str] = ()) -> None:
        super().__init__()
        found = {name: nn.Parameter(torch.empty(shape)) for name, shape in shapes.items()}
        for name, array in found.items():
            bound = array[0].numel() ** -0.5 if array.ndim > 1 else 0.0
            if name[0] == "E":
                nn.init.normal_(array, std=1.0)
            else:
                nn.init.uniform_(array, -bound, bound)
        for name in queries:
            nn.init.normal_(found[name], std=len(found[name]) ** -0.5)
        self.arrays = nn.ParameterDict(found)

    def named(self, *prefixes: str) -> list[nn.Parameter]:
        return [array for name, array in self.arrays.items() if name.startswith(prefixes)]

    def stored(self) -> dict[str, np.ndarray]:
        return {name: array.detach().numpy() for name, array in self.arrays.items()}


# --- learning ---------------------------------------------------------------------------------------------------------


def descend(
    label: str,
    rates: Sequence[tuple[Iterable[nn.Parameter], float]],
    loss: Callable[[], Tensor],
    steps: int,
    every: int = 100,
    rise: float = 0.15,
) -> list[float]:
    """Steps of Adam down what a fresh batch costs; that cost after every so many steps.

    rates: parameters and how fast they learn. A rate rises for a share of the steps and then falls; rise 0: it stays.
    """
    groups = [{"params": list(parameters), "lr": rate} for parameters, rate in rates]
    parameters = [each for group in groups for each in group["params"]]
    adam = torch.optim.Adam(groups)
    losses = []
    most = [rate for _, rate in rates]
    pace = torch.optim.lr_scheduler.OneCycleLR(adam, most, steps, pct_start=rise) if rise else None
    for step in range(1, steps + 1):
        cost = loss()
        adam.zero_grad()
        cost.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        if pace:
            pace.step()
        if step % every == 0:
            losses.append(round(cost.item(), 4))
            print(f"{label}: {step} steps, loss {losses[-1]}", flush=True)
    return losses


class Stopwatch:
    """Seconds of the processor since it was made."""

    def __init__(self) -> None:
        self.started = time.process_time()

    def seconds(self) -> float:
        return round(time.process_time() - self.started, 1)


# --- after ------------------------------------------------------------------------------------------------------------


def card(arrays: Mapping[str, np.ndarray], also: Sequence[str] = (), **facts: Any) -> dict[str, Any]:
    """A model card: these facts, and those of every card. also: packages besides NumPy and PyTorch."""
    packages = {"numpy": np.__version__, "torch": torch.__version__, **{name: version(name) for name in also}}
    return {
        **{name.replace("_", " "): fact for name, fact in facts.items()},
        "parameters": sum(array.size for array in arrays.values()),
        "versions": {"python": platform.python_version(), **packages},
        "command": "make train",
    }


def share(hits: Any) -> float:
    """How many of them are true, or what they are on average, to four places."""
    return round(float(np.mean([float(each) for each in hits])), 4)


def short(numbers: Any, places: int = 9) -> Any:
    """Numbers of any shape as lists that a file can hold."""
    return np.round(np.asarray(numbers, float), places).tolist()


def write(file: Path, content: Any) -> None:
    file.write_text("".join(lines(content)) + "\n", encoding="utf-8")


def lines(content: Any, margin: str = "") -> Iterator[str]:
    """JSON with a row of numbers on one line, so that a table of numbers looks like one."""
    inner = margin + " "
    if isinstance(content, Mapping):
        pairs = [f"{json.dumps(key, ensure_ascii=False)}: {''.join(lines(content[key], inner))}" for key in content]
        yield "{\n" + ",\n".join(inner + pair for pair in pairs) + f"\n{margin}}}"
    elif isinstance(content, list) and any(isinstance(each, list | Mapping) for each in content):
        yield "[\n" + ",\n".join(inner + "".join(lines(each, inner)) for each in content) + f"\n{margin}]"
    else:
        yield json.dumps(content, ensure_ascii=False)
