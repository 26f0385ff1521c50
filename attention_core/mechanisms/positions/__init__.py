"""Positions: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import alibi, rope, sinusoidal_positional_encoding

LESSONS: tuple[Mechanism, ...] = (
    sinusoidal_positional_encoding.MECHANISM,
    rope.MECHANISM,
    alibi.MECHANISM,
)
