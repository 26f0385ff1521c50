"""The syllabus, in teaching order. Pages, links, exports, questions and tests all follow this line."""

from attention_core.lesson.mechanism import Mechanism

from . import (
    at_scale,
    cross_attention,
    playground,
    positions,
    recurrence_against_attention,
    scores_and_weights,
    self_attention,
    sequence_to_sequence,
    start_here,
    taming_scores,
    the_zoo,
    transformers,
)

CURRICULUM: tuple[Mechanism, ...] = (
    *start_here.LESSONS,
    *scores_and_weights.LESSONS,
    *self_attention.LESSONS,
    *taming_scores.LESSONS,
    *positions.LESSONS,
    *cross_attention.LESSONS,
    *transformers.LESSONS,
    *sequence_to_sequence.LESSONS,
    *recurrence_against_attention.LESSONS,
    *at_scale.LESSONS,
    *playground.LESSONS,
    *the_zoo.LESSONS,
)
# The same lessons by the year of their first paper; of one year, in teaching order.
HISTORY: tuple[Mechanism, ...] = tuple(sorted(CURRICULUM, key=lambda mechanism: mechanism.year))
# Each of them by its key.
MECHANISMS: dict[str, Mechanism] = {mechanism.key: mechanism for mechanism in CURRICULUM}
