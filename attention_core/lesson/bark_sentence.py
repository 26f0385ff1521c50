"""One sentence for several lessons: its tokens, a made-up embedding, and made-up weights of one head and of three."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TOKENS = ("Bark", "is", "very", "cute", "and", "he", "is", "a", "dog")
AXES = ("animal", "name", "pronoun", "quality", "degree", "function")  # what each column of an embedding stands for
# Made up so that each word can be read off its row; a trained model would not name its columns.
EMBEDDING = [
    [0.8, 1, 0.2, 0, 0, 0],
    [0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0.3, 1, 0.2],
    [0.2, 0, 0, 1, 0.2, 0],
    [0, 0, 0, 0, 0, 0.8],
    [0.3, 0.2, 1, 0, 0, 0],
    [0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0.1, 0.7],
    [1, 0.1, 0.2, 0.2, 0, 0],
]


def focus_position(words: Sequence[str]) -> int:
    """The place of the word a picture speaks of: "he", else the one in the middle."""
    return words.index("he") if "he" in words else len(words) // 2


def sparse_matrix(*places: tuple[int, int, float]) -> list[list[float]]:
    """Weights from the six axes to six columns: zero but for the given (row, column, number)."""
    zeros = np.zeros((len(AXES), len(AXES)))
    for row, column, value in places:
        zeros[row, column] = value
    return zeros.tolist()


# Pronouns ask for animals and names; function words ask little and say little.
ONE_HEAD = {
    "M_q": sparse_matrix((0, 0, 1), (1, 1, 1), (2, 0, 1.5), (2, 1, 1.5), (3, 3, 1), (4, 4, 1), (5, 5, 0.2)),
    "M_k": np.diag([2, 2, 1, 2, 1, 0.5]).tolist(),
    "M_v": np.diag([1, 1, 1, 1, 1, 0.25]).tolist(),
}
# Two columns a head: animals ask for names, for qualities, for pronouns; function words keep to themselves.
THREE_HEADS = {
    "W_q": sparse_matrix((0, 0, 2), (5, 1, 1), (0, 2, 2), (5, 3, 1), (0, 4, 2), (5, 5, 1)),
    "W_k": sparse_matrix((1, 0, 2), (5, 1, 1), (3, 2, 2), (5, 3, 1), (2, 4, 2), (5, 5, 1)),
    "W_v": sparse_matrix((0, 0, 1), (1, 1, 1), (3, 2, 1), (4, 3, 1), (2, 4, 1), (5, 5, 1)),
    "W_o": sparse_matrix((0, 0, 1), (1, 1, 1), (2, 3, 1), (3, 4, 1), (4, 2, 1), (5, 5, 1)),
}
# Scores that have weights of their own: queries look one column further than keys.
LEARNED_SCORES = {"U_q": np.eye(3, 6).tolist(), "U_k": np.eye(3, 6, 1).tolist(), "v": [1, -1, 0.5]}
