"""Transformers: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from .transformer_block import transformer_block

LESSONS: tuple[Mechanism, ...] = (transformer_block.MECHANISM,)
