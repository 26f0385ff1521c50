"""The game Detective. (Not detective.py: a file here may not bear the name of an address.)"""

from ui.detective.page import detective

__all__ = ["detective"]
