"""Lessons on which keys a query may see."""
