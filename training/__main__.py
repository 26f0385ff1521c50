"""Train what the app ships, on one core: weights and model cards, and the numbers that tests compare with NumPy.

    python -m training [KEY ...]   # keys of lessons, see TASKS; by default all

Everything is drawn from a seed, so that a second run on the same machine gives the same weights, and on another one
nearly the same accuracy.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from . import captions, han, induction, racnn, senet, translator
from .learning import Trained, lines

TASKS: Mapping[str, Callable[[], Iterator[Trained]]] = {
    "date-translator": partial(translator.train, "date-translator"),
    "reversal-translator": partial(translator.train, "reversal-translator"),
    "induction-heads": induction.train,
    "senet-cued-digits": senet.train,
    "han-reviews": han.train,
    "find-the-mark": racnn.train,
    "scene-captions": captions.train,
}


def main(names: Sequence[str]) -> None:
    unknown = set(names) - set(TASKS)
    if unknown:
        sys.exit(f"Nothing to train is called {', '.join(sorted(unknown))}. There are: {', '.join(TASKS)}.")
    for name in names or TASKS:
        for trained in TASKS[name]():
            trained.save()
            print(*lines(trained.card), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
