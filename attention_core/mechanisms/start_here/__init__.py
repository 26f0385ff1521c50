"""Start here: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import illustrated_self_attention

LESSONS: tuple[Mechanism, ...] = (illustrated_self_attention.MECHANISM,)
