"""A trace as the stage in a browser receives it, without any page around it. Needs NumPy and latex2mathml."""
