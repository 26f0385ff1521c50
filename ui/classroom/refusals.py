"""What is said to a browser whose request cannot be granted: a status and one sentence."""

from __future__ import annotations

from attention_core.engine.language import say


class Refusal(Exception):  # noqa: N818  # it is no error of the server
    """A status of HTTP, and a sentence for people."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def no_class() -> Refusal:
    """The same for a class that never was and for one that is over: a code tells nothing."""
    return Refusal(404, say("There is no class with this code. It may have ended."))


def not_yours() -> Refusal:
    """To whoever is not the teacher."""
    return Refusal(403, say("Only the teacher of this class can do this."))


def not_joined() -> Refusal:
    """To whoever has no token of the class."""
    return Refusal(403, say("This browser has not joined the class, or has left it."))


def too_often() -> Refusal:
    """See `limits`."""
    return Refusal(429, say("Too many requests in a short time: try again in a moment."))
