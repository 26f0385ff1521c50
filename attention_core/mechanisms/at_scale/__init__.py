"""At scale: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import attention_sink, kv_cache
from .flash_online_softmax import flash_online_softmax
from .linear_attention import linear_attention
from .mqa_gqa import mqa_gqa

LESSONS: tuple[Mechanism, ...] = (
    kv_cache.MECHANISM,
    mqa_gqa.MECHANISM,
    attention_sink.MECHANISM,
    flash_online_softmax.MECHANISM,
    linear_attention.MECHANISM,
)
