"""Softmax in one pass over tiles of keys."""
