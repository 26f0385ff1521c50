"""Cross-attention: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import cross_attention

LESSONS: tuple[Mechanism, ...] = (cross_attention.MECHANISM,)
