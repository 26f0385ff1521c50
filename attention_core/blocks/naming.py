"""Names of steps that one building block makes several times: with their time, or with a word in front."""

from __future__ import annotations

from collections.abc import Callable

from attention_core.engine.step_names import timed

StepNamer = Callable[[str, str], dict[str, str]]  # base name and symbol to the name and symbol of a step


def once(base_name: str, symbol: str) -> dict[str, str]:
    """The names of steps that are made once: as they are."""
    return {"name": base_name, "symbol": symbol}


def step_namer(series: str, t: int) -> StepNamer:
    """Names of the steps at one time, counted from 1: step_namer("decoder", 2)("scores", "e") is "decoder 2/scores".

    The symbol gets the time as an exponent, "e^{(2)}"; one that has an exponent already is braced, "{Q^R}^{(2)}".
    """
    return lambda base_name, symbol: {"name": timed(series, t, base_name), "symbol": f"{_base(symbol)}^{{({t})}}"}


def _base(symbol: str) -> str:
    """LaTeX knows no second exponent at one symbol."""
    return f"{{{symbol}}}" if "^" in symbol else symbol


def prefixed(namer: StepNamer, word: str, index: str) -> StepNamer:
    """The same with a word before the base name and an index at the symbol: "layer 2/cross scores", "S_c^{(2)}"."""
    return lambda base_name, symbol: namer(f"{word} {base_name}", f"{symbol}_{index}")
