"""Lessons on several heads at once."""
