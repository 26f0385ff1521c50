"""Scores and weights: this part of the syllabus, in teaching order."""

from attention_core.lesson.mechanism import Mechanism

from . import focus_vs_saliency, own_weights, scaled_dot_product_attention, score_variance_scaling
from .from_scores_to_weights import sparsemax, temperature_entropy, why_softmax
from .looking_things_up import database_lookup, key_value_attention
from .scoring_functions import additive_attention, bilinear_asymmetry, scoring_functions, similarity_functions
from .soft_hard_and_local import soft_hard_local, soft_vs_hard_attention

LESSONS: tuple[Mechanism, ...] = (
    # towards the central formula
    database_lookup.MECHANISM,
    key_value_attention.MECHANISM,
    why_softmax.MECHANISM,
    temperature_entropy.MECHANISM,
    sparsemax.MECHANISM,
    score_variance_scaling.MECHANISM,
    scaled_dot_product_attention.MECHANISM,
    # what else can stand in its places
    similarity_functions.MECHANISM,
    bilinear_asymmetry.MECHANISM,
    additive_attention.MECHANISM,
    scoring_functions.MECHANISM,
    soft_hard_local.MECHANISM,
    soft_vs_hard_attention.MECHANISM,
    focus_vs_saliency.MECHANISM,
    own_weights.MECHANISM,
)
