"""Detective: one mistake of the catalogue on small numbers, and a few mistakes to choose from."""
