"""Self-attention: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import (
    attention_as_network,
    attention_rank_collapse,
    parameter_free_self_attention,
    qkv_self_attention,
)
from .induction_heads import induction_heads
from .many_heads import multi_head_attention, multi_head_bark, multi_head_pytorch
from .masks import causal_mask, masked_multi_head_attention, padding_mask, sliding_window

LESSONS: tuple[Mechanism, ...] = (
    parameter_free_self_attention.MECHANISM,
    qkv_self_attention.MECHANISM,
    attention_as_network.MECHANISM,
    multi_head_attention.MECHANISM,
    multi_head_bark.MECHANISM,
    multi_head_pytorch.MECHANISM,
    causal_mask.MECHANISM,
    masked_multi_head_attention.MECHANISM,
    padding_mask.MECHANISM,
    sliding_window.MECHANISM,
    attention_rank_collapse.MECHANISM,
    induction_heads.MECHANISM,
)
