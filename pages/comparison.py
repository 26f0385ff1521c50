"""Two settings or mechanisms on the same inputs. (Not compare.py: a file here may not bear the name of an address.)"""

from ui.compare import compare_page

__all__ = ["compare_page"]
