"""The syllabus, in teaching order. Pages, links, exports, questions and tests all follow this line."""

from ..mechanism import Mechanism
from . import additive, illustrated, multi_head, scaled_dot_product

CURRICULUM: tuple[Mechanism, ...] = (
    illustrated.MECHANISM,
    additive.MECHANISM,
    scaled_dot_product.MECHANISM,
    multi_head.MECHANISM,
)
