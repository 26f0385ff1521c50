"""Where the numbers in attention_core/data/weights come from. `make train` makes them again."""
