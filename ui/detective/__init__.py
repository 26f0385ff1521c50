"""Detective, a game: the code has one mistake, and its numbers say which."""
