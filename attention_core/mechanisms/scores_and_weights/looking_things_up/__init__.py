"""Lessons on attention as a lookup of keys and values."""
