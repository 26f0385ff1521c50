"""Find my bug: attention of one's own, and which mistake gives its numbers. Its address is find-my-bug."""

from ui.bug.page import find_my_bug

__all__ = ["find_my_bug"]
