"""The microscope. (Not microscope.py: a file here may not bear the name of an address.)"""

from ui.microscope.page import microscope

__all__ = ["microscope"]
