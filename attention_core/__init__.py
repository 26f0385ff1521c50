"""Attention, step by step: every number of a computation together with how it came about. Needs NumPy only."""

from attention_core.diagnosis.diagnose import diagnose
from attention_core.engine.step import Step
from attention_core.engine.trace import Trace
from attention_core.lesson.mechanism import Mechanism
from attention_core.mechanisms import CURRICULUM
from attention_core.operator.attention import attention

__all__ = ["CURRICULUM", "Mechanism", "Step", "Trace", "attention", "diagnose"]
