"""Lessons on how attention learns where a token stands."""
