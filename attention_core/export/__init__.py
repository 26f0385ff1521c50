"""A trace outside of this program: NumPy and PyTorch scripts, tables in a notebook."""
