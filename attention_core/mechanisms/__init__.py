"""The syllabus, in teaching order. Pages, links, exports, questions and tests all follow this line."""

from attention_core.lesson.mechanism import Mechanism

from . import (
    at_scale,
    playground,
    recurrence_against_attention,
    scores_and_weights,
    self_attention,
    sequence_to_sequence,
    start_here,
    the_zoo,
)

CURRICULUM: tuple[Mechanism, ...] = (
    *start_here.LESSONS,
    *scores_and_weights.LESSONS,
    *self_attention.LESSONS,
    *sequence_to_sequence.LESSONS,
    *recurrence_against_attention.LESSONS,
    *at_scale.LESSONS,
    *playground.LESSONS,
    *the_zoo.LESSONS,
)
