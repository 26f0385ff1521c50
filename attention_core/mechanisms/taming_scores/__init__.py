"""Taming scores: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import qk_norm, softcap

LESSONS: tuple[Mechanism, ...] = (qk_norm.MECHANISM, softcap.MECHANISM)
