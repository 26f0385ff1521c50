"""Which settings of a lesson a static site ships: every preset with the options it can take without a server.

Switches, choices and small whole numbers are offered in full. Other numbers are free in the app; here they are a short
list: where they begin, some around that, and whatever presets and solutions of challenges set. All combinations are
shipped where there are not too many of them. Else those of switches and choices are, and numbers are changed one at a
time; where even those are too many, two options are changed at a time.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attention_core import Mechanism
from attention_core.lesson.mechanism import Option
from ui.state import Numbers

MOST = 150  # settings of one preset that are shipped in full
COUNTED = 12  # whole numbers in a range that are all offered
TOGETHER = 2  # options that may differ at once, where there are too many settings

Chosen = tuple[int, ...]  # of each option, the place of its value among those offered


def offered(mechanism: Mechanism) -> dict[str, tuple[Any, ...]]:
    """The values of every option that the site offers, by its name."""
    return {name: _values(option, _set_somewhere(mechanism, name)) for name, option in mechanism.options.items()}


def _set_somewhere(mechanism: Mechanism, name: str) -> list[Any]:
    """What presets and solutions set an option to."""
    given = [preset.options for preset in mechanism.presets.values()]
    solved = [challenge.solution for challenge in mechanism.challenges]
    return [each[name] for each in (*given, *solved) if name in each]


def is_whole(option: Option) -> bool:
    """Whether all its values are offered."""
    low, high = option.bounds or (0, 0)
    return not option.bounds or (isinstance(option.default, int) and high - low < COUNTED)


def _values(option: Option, others: list[Any]) -> tuple[Any, ...]:
    if isinstance(option.default, bool):
        return (False, True)
    if option.choices:
        return option.choices
    low, high = option.bounds or (option.default, option.default)
    if is_whole(option):
        return tuple(range(math.ceil(low), math.floor(high) + 1))
    kind, start = type(option.default), option.default
    near = (start / 2, start, start * 2, start * 4) if kind is float else (start - 1, start, start + 1, start * 2)
    found = {kind(each) for each in (*near, *others) if low <= each <= high}
    return tuple(sorted(found))


def settings(mechanism: Mechanism, preset: str) -> Iterator[Chosen]:
    """The settings of a preset that are shipped, its own first."""
    values = offered(mechanism)
    own = chosen(Numbers.of(mechanism, preset).options, values)
    solved = list(_solved(mechanism, own, values))
    sizes = [len(each) for each in values.values()]
    numeric = [option.bounds is not None for option in mechanism.options.values()]
    listed = [1 if free else size for size, free in zip(sizes, numeric, strict=True)]
    every: Iterable[Chosen]
    if math.prod(sizes) <= MOST:
        every = itertools.product(*(range(size) for size in sizes))
    elif math.prod(listed) <= MOST:
        every = itertools.chain(
            _moved(own, sizes, [not free for free in numeric]), *(_near(each, sizes, 1) for each in (own, *solved))
        )
    else:
        every = _near(own, sizes, TOGETHER)
    return iter(dict.fromkeys([own, *solved, *every]))


def chosen(options: Mapping[str, Any], values: Mapping[str, tuple[Any, ...]]) -> Chosen:
    """Options as the places of their values among those offered."""
    return tuple(values[name].index(options[name]) for name in values)


def options_of(values: Mapping[str, tuple[Any, ...]], places: Chosen) -> dict[str, Any]:
    """The other way round."""
    return {name: values[name][place] for name, place in zip(values, places, strict=True)}


def _solved(mechanism: Mechanism, own: Chosen, values: Mapping[str, tuple[Any, ...]]) -> Iterator[Chosen]:
    """The preset's own options with those that a solution sets."""
    for challenge in mechanism.challenges:
        options = {**options_of(values, own), **{n: v for n, v in challenge.solution.items() if n in values}}
        yield chosen(options, values)


def _moved(centre: Chosen, sizes: list[int], free: Sequence[bool]) -> Iterator[Chosen]:
    """All settings that differ from this one in the free options alone."""
    return itertools.product(
        *(range(size) if each else (at,) for at, size, each in zip(centre, sizes, free, strict=True))
    )


def _near(centre: Chosen, sizes: list[int], together: int) -> Iterator[Chosen]:
    """All settings that differ from this one in so many options at most."""
    for free in itertools.combinations(range(len(sizes)), together):
        yield from _moved(centre, sizes, [n in free for n in range(len(sizes))])
