"""Work, and operations that must wait for each other."""
