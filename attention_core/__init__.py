"""Attention, step by step: every number of a computation together with how it came about. Needs NumPy only."""

from .attention import attention
from .mechanism import Mechanism
from .mechanisms import CURRICULUM
from .step import Step
from .trace import Trace

__all__ = ["CURRICULUM", "Mechanism", "Step", "Trace", "attention"]
