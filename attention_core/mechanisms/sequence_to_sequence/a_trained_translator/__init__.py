"""Lessons on a translator whose weights were trained."""
