"""Numbers of PyTorch's own attention: of its module in a lesson, and of the calls on the page of conventions.

`.train/bin/python -m training.modules` writes tests/golden/multi-head-pytorch.json and
tests/golden/recorded/conventions.json again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from attention_core.mechanisms.self_attention.many_heads import multi_head_pytorch
from ui import conventions

GOLDEN = Path(__file__).parent.parent / "tests" / "golden"


def module(given: dict[str, Any], heads: int) -> torch.nn.MultiheadAttention:
    """The module with these numbers as its parameters, in float64."""
    width = len(given["X"][0])
    found = torch.nn.MultiheadAttention(width, heads, batch_first=True).double()
    parameters = {
        "in_proj_weight": "W_in", "in_proj_bias": "b_in", "out_proj.weight": "W_out", "out_proj.bias": "b_out",
    }  # fmt: skip
    found.load_state_dict({name: torch.tensor(given[ours]).double() for name, ours in parameters.items()})
    return found


def results(given: dict[str, Any], heads: int, masked: bool) -> dict[str, Any]:
    """The weights of each head, (head, query, key), and the output."""
    X = torch.tensor(given["X"]).double()[None]
    hidden = torch.ones(X.shape[1], X.shape[1]).triu(1).bool() if masked else None
    output, weights = module(given, heads)(X, X, X, attn_mask=hidden, average_attn_weights=False)
    return {"A": weights[0].tolist(), "Y": output[0].tolist()}


def called(call: str) -> Any:
    """The result of a call on the page of conventions, in float64."""
    numbers = {name: torch.tensor(table).double() for name, table in conventions.NUMBERS.items()}
    tables = {name: torch.tensor(table) for name, table in conventions.TABLES.items()}
    tables["bias"] = tables["bias"].double()
    return eval(call, {"torch": torch, "F": torch.nn.functional, **numbers, **tables}).tolist()


def main() -> None:
    """Write both files again."""
    given = multi_head_pytorch.GIVEN
    steps = {
        name: results(given, heads, masked)
        for name, heads, masked in (("two", 2, False), ("four", 4, False), ("masked", 2, True))
    }
    entry = {
        "title": f"torch.nn.MultiheadAttention, {torch.__version__}, float64",
        "inputs": given,
        "steps": steps,
    }
    _write(GOLDEN / "multi-head-pytorch.json", entry)
    calls = {each.title: called(each.torch) for each in conventions.CONVENTIONS}
    _write(GOLDEN / "recorded" / "conventions.json", {"made by": f"torch {torch.__version__}", "outputs": calls})


def _write(file: Path, entry: Any) -> None:
    file.write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
