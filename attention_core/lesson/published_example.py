"""The three-token example of the first lesson, for every lesson that uses it."""

from __future__ import annotations

# As printed in R. Karim, “Illustrated: Self-Attention”.
PUBLISHED = {
    "X": [[1, 0, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]],
    "W_k": [[0, 0, 1], [1, 1, 0], [0, 1, 0], [1, 1, 0]],
    "W_q": [[1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 1]],
    "W_v": [[0, 2, 0], [0, 3, 0], [1, 0, 3], [1, 1, 0]],
}
PRINTED_WEIGHTS = [[0, 0.5, 0.5], [0, 1, 0], [0, 0.9, 0.1]]  # rounded by hand in the article, then multiplied by V
TOKENS = {"token": ("Input 1", "Input 2", "Input 3")}
