"""A sentence that several lessons share: tokens, a made-up embedding, made-up weights of one and of three heads."""

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
    """The position of the word a picture is about: "he", else the one in the middle."""
    return words.index("he") if "he" in words else len(words) // 2


def sparse_matrix(*places: tuple[int, int, float]) -> list[list[float]]:
    """A 6 x 6 matrix of zeros but for the given (row, column, number)."""
    zeros = np.zeros((len(AXES), len(AXES)))
    for row, column, value in places:
        zeros[row, column] = value
    return zeros.tolist()


# Queries of pronouns match keys of animals and names; function words have short queries and values.
ONE_HEAD = {
    "W_q": sparse_matrix((0, 0, 1), (1, 1, 1), (2, 0, 1.5), (2, 1, 1.5), (3, 3, 1), (4, 4, 1), (5, 5, 0.2)),
    "W_k": np.diag([2, 2, 1, 2, 1, 0.5]).tolist(),
    "W_v": np.diag([1, 1, 1, 1, 1, 0.25]).tolist(),
}
# Two columns a head: queries of animals match names, qualities, pronouns; function words match each other.
THREE_HEADS = {
    "W_q": sparse_matrix((0, 0, 2), (5, 1, 1), (0, 2, 2), (5, 3, 1), (0, 4, 2), (5, 5, 1)),
    "W_k": sparse_matrix((1, 0, 2), (5, 1, 1), (3, 2, 2), (5, 3, 1), (2, 4, 2), (5, 5, 1)),
    "W_v": sparse_matrix((0, 0, 1), (1, 1, 1), (3, 2, 1), (4, 3, 1), (2, 4, 1), (5, 5, 1)),
    "W_o": sparse_matrix((0, 0, 1), (1, 1, 1), (2, 3, 1), (3, 4, 1), (4, 2, 1), (5, 5, 1)),
}
# Weights of learned scores: a query matches the column after its own.
LEARNED_SCORES = {"U_q": np.eye(3, 6).tolist(), "U_k": np.eye(3, 6, 1).tolist(), "v": [1, -1, 0.5]}
