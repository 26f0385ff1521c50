"""Sequence to sequence: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import attention_decoder_step
from .a_trained_translator import date_translator, reversal_translator
from .bahdanau_attention import bahdanau_attention
from .four_wirings import (
    seq2seq_attention,
    seq2seq_autoregressive_decoder,
    seq2seq_combined,
    seq2seq_context_every_step,
)
from .luongs_attention import luong_global_attention, luong_local_attention

LESSONS: tuple[Mechanism, ...] = (
    seq2seq_context_every_step.MECHANISM,
    seq2seq_autoregressive_decoder.MECHANISM,
    seq2seq_combined.MECHANISM,
    seq2seq_attention.MECHANISM,
    bahdanau_attention.MECHANISM,
    luong_global_attention.MECHANISM,
    luong_local_attention.MECHANISM,
    attention_decoder_step.MECHANISM,
    date_translator.MECHANISM,
    reversal_translator.MECHANISM,
)
