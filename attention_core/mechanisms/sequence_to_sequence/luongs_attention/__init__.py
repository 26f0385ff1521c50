"""Luong, Pham and Manning 2015."""
