"""The syllabus, in teaching order. Pages, links, exports, questions and tests all follow this line."""

from ..mechanism import Mechanism
from . import additive, cross_attention, illustrated, multi_head, scaled_dot_product, why_softmax

CURRICULUM: tuple[Mechanism, ...] = (
    illustrated.MECHANISM,
    # Scores and weights
    why_softmax.MECHANISM,
    additive.MECHANISM,
    scaled_dot_product.MECHANISM,
    # Self-attention
    multi_head.MECHANISM,
    cross_attention.MECHANISM,
)
