"""Where the numbers in assets/weights come from. `make train` makes them again."""
