"""The one exception that a learner's input can raise, worded so that it can stand beside the field it is about."""

from __future__ import annotations

from .language import say, term


class InputError(ValueError):
    """An input, option or step that cannot be computed with.

    field: the input, option or step it is about ("W_q"); where: the place inside it ("row 2, column 3", or "");
    message: one clause that says what is wrong, with the offending sizes or values.
    """

    def __init__(self, field: str, where: str, message: str) -> None:
        self.field = field
        self.where = where
        self.message = message
        sentence = {"field": term(field), "where": where, "message": message}
        super().__init__(
            say("{field}, {where}: {message}", **sentence) if where else say("{field}: {message}", **sentence)
        )
