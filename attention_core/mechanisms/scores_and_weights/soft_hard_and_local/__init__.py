"""Lessons on reading all keys, one key, or a few."""
