"""LaTeX as MathML, which browsers typeset themselves."""

from __future__ import annotations

import re
from functools import lru_cache

from latex2mathml.converter import convert

_UPRIGHT = re.compile(r"<mi>([A-Za-z]{2,})</mi>")
_PRIME = "<mi>&#x02032;</mi>"
# The glyph is raised by itself: at its full size, and not raised once more.
_LEVEL_PRIME = '<mpadded voffset="-0.5em" height="0"><mo mathsize="142%">&#x02032;</mo></mpadded>'


@lru_cache(maxsize=1024)
def mathml(latex: str, display: str = "inline") -> str:
    """One formula as MathML; words of several letters upright."""
    upright = _UPRIGHT.sub(r'<mi mathvariant="normal">\1</mi>', convert(latex, display=display))
    return upright.replace(_PRIME, _LEVEL_PRIME)


@lru_cache(maxsize=256)
def symbol(latex: str) -> str:
    """The MathML inside <math>, for a symbol that becomes part of a formula."""
    return re.sub(r"^<math[^>]*>|</math>$", "", mathml(latex))
