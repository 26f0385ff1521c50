"""Scores and weights: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import focus_vs_saliency, own_weights, scaled_dot_product_attention, score_variance_scaling
from .from_scores_to_weights import temperature_entropy, why_softmax
from .looking_things_up import database_lookup, key_value_attention
from .normalisers import attention_sink, qk_norm, softcap, sparsemax
from .scoring_functions import additive_attention, bilinear_asymmetry, scoring_functions, similarity_functions
from .soft_hard_and_local import soft_hard_local, soft_vs_hard_attention

LESSONS: tuple[Mechanism, ...] = (
    database_lookup.MECHANISM,
    key_value_attention.MECHANISM,
    why_softmax.MECHANISM,
    temperature_entropy.MECHANISM,
    scoring_functions.MECHANISM,
    similarity_functions.MECHANISM,
    bilinear_asymmetry.MECHANISM,
    additive_attention.MECHANISM,
    score_variance_scaling.MECHANISM,
    scaled_dot_product_attention.MECHANISM,
    soft_hard_local.MECHANISM,
    soft_vs_hard_attention.MECHANISM,
    focus_vs_saliency.MECHANISM,
    softcap.MECHANISM,
    sparsemax.MECHANISM,
    attention_sink.MECHANISM,
    qk_norm.MECHANISM,
    own_weights.MECHANISM,
)
