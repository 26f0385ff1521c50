"""Playground: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import playground

LESSONS: tuple[Mechanism, ...] = (playground.MECHANISM,)
