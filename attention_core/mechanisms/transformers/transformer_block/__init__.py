"""One layer of a Transformer, and the same layer again and again."""
