"""Recurrence against attention: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import rnn_long_range_dependency
from .rnn_gradient_flow import rnn_gradient_flow
from .rnn_training_steps import rnn_training_steps
from .sequential_ops import sequential_ops

LESSONS: tuple[Mechanism, ...] = (
    rnn_long_range_dependency.MECHANISM,
    rnn_gradient_flow.MECHANISM,
    rnn_training_steps.MECHANISM,
    sequential_ops.MECHANISM,
)
