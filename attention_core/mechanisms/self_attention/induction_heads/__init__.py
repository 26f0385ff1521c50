"""A trained pair of attention layers, and how it came to be."""
