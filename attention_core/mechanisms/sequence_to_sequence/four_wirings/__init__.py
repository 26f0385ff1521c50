"""Lessons on four ways to connect a decoder to its encoder."""
