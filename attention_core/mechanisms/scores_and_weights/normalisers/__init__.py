"""Lessons on what else turns scores into weights."""
