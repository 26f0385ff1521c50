"""The syllabus, in teaching order. Pages, links, exports, questions and tests all follow this line."""

from ..mechanism import Mechanism
from . import (
    additive,
    advanced_lstm,
    alibi,
    as_network,
    bilinear,
    causal_mask,
    cross_attention,
    database_lookup,
    date_translator,
    focus_saliency,
    grouped_query,
    hierarchical,
    hierarchical_reviews,
    hierarchical_simple,
    illustrated,
    key_value,
    kv_cache,
    linear_attention,
    masked_multi_head,
    multi_head,
    multi_head_bark,
    multiway,
    online_softmax,
    padding_mask,
    parameter_free,
    playground,
    qk_norm,
    qkv,
    rank_collapse,
    reversal_translator,
    rope,
    scaled_dot_product,
    score_variance,
    scoring_functions,
    similarity,
    sink,
    sinusoidal,
    sliding_window,
    soft_hard_local,
    soft_vs_hard,
    softcap,
    sparse_backtracking,
    sparsemax,
    stacked_latent,
    temperature,
    transformer,
    transparent,
    why_softmax,
)

CURRICULUM: tuple[Mechanism, ...] = (
    # Start here
    illustrated.MECHANISM,
    # Scores and weights: looking things up
    database_lookup.MECHANISM,
    key_value.MECHANISM,
    # from scores to weights
    why_softmax.MECHANISM,
    temperature.MECHANISM,
    # scoring functions (scoring-functions, similarity-functions, bilinear-asymmetry, additive-attention)
    scoring_functions.MECHANISM,
    similarity.MECHANISM,
    bilinear.MECHANISM,
    additive.MECHANISM,
    # score-variance-scaling, scaled-dot-product-attention
    score_variance.MECHANISM,
    scaled_dot_product.MECHANISM,
    # soft, hard and local (soft-hard-local, soft-vs-hard-attention)
    soft_hard_local.MECHANISM,
    soft_vs_hard.MECHANISM,
    focus_saliency.MECHANISM,
    # normalisers (softcap, sparsemax, attention-sink, qk-norm)
    softcap.MECHANISM,
    sparsemax.MECHANISM,
    sink.MECHANISM,
    qk_norm.MECHANISM,
    # Self-attention
    parameter_free.MECHANISM,
    qkv.MECHANISM,
    as_network.MECHANISM,
    # many heads
    multi_head.MECHANISM,
    multi_head_bark.MECHANISM,
    # masks
    masked_multi_head.MECHANISM,
    causal_mask.MECHANISM,
    padding_mask.MECHANISM,
    sliding_window.MECHANISM,
    cross_attention.MECHANISM,
    # positions
    sinusoidal.MECHANISM,
    rope.MECHANISM,
    alibi.MECHANISM,
    rank_collapse.MECHANISM,
    # Sequence to sequence: a trained translator
    date_translator.MECHANISM,
    reversal_translator.MECHANISM,
    # At scale
    kv_cache.MECHANISM,
    grouped_query.MECHANISM,
    online_softmax.MECHANISM,
    linear_attention.MECHANISM,
    # Playground
    playground.MECHANISM,
    # The zoo
    hierarchical.MECHANISM,
    hierarchical_simple.MECHANISM,
    hierarchical_reviews.MECHANISM,
    multiway.MECHANISM,
    sparse_backtracking.MECHANISM,
    stacked_latent.MECHANISM,
    transparent.MECHANISM,
    advanced_lstm.MECHANISM,
    transformer.MECHANISM,
)
