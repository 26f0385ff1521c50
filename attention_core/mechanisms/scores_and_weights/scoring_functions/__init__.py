"""Lessons on how well a query and a key fit."""
