"""What every test of the app needs: mechanisms to iterate, sessions to start from, pages opened without a browser."""

from __future__ import annotations

import base64
import itertools
import json
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import CURRICULUM, Mechanism, Step, Trace
from attention_core.engine.errors import InputError
from attention_core.lesson.mechanism import Option
from tests import sampling
from ui import share
from ui.lesson_payload import keys_of, lesson_payload
from ui.maps import kind_of
from ui.state import MOST_CELLS, Numbers, Session

Result = TypeVar("Result")

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
KEYS = {mechanism.key: mechanism for mechanism in CURRICULUM}
WORKED = KEYS["illustrated-self-attention"]
SCALED = KEYS["scaled-dot-product-attention"]
HEADS = KEYS["multi-head-attention"]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    r"$\frac{",
    "</script><script>alert(1)</script>",
    "{{7*7}} %s $title",
    "é\u202e😀",
]

# Where text is typed there are no tables to edit and no stage: test_texts.py has the tests of those pages.
TABLES = [mechanism for mechanism in CURRICULUM if not mechanism.reads and not mechanism.trained]
READERS = [mechanism for mechanism in CURRICULUM if mechanism.reads]
TRANSLATORS = [mechanism for mechanism in READERS if mechanism.family == "A trained translator"]
every_lesson = pytest.mark.parametrize("mechanism", [pytest.param(each, id=each.key) for each in CURRICULUM])
every_mechanism = pytest.mark.parametrize("mechanism", [pytest.param(each, id=each.key) for each in TABLES])
# Every mechanism with one preset, the next with the next of its own: for pages that differ by their numbers alone.
some_preset = pytest.mark.parametrize(
    ("mechanism", "preset"),
    [
        pytest.param(each, name, id=f"{each.key}-{name}")
        for n, each in enumerate(TABLES)
        for name in [[*each.presets][n % len(each.presets)]]
    ],
)
MOST_SETTINGS = 12


def every_preset(check: Callable[[Mechanism, str], None]) -> Any:
    """One test for a mechanism: the check on each of its presets, which is named where it fails."""
    return _on_presets(check, lambda mechanism, n: [*mechanism.presets])


def preset_by_turns(check: Callable[[Mechanism, str], None]) -> Any:
    """The same with one preset, by turns; with `--all` with each."""
    start = zlib.crc32(check.__name__.encode())
    return _on_presets(
        check,
        lambda mechanism, n: sampling.some(
            [*mechanism.presets], [[*mechanism.presets][(start + n) % len(mechanism.presets)]]
        ),
    )


def _on_presets(check: Callable[[Mechanism, str], None], chosen: Callable[[Mechanism, int], list[str]]) -> Any:
    def test(mechanism: Mechanism) -> None:
        for preset in chosen(mechanism, TABLES.index(mechanism)):
            with sampling.naming(f"preset {preset}"):
                check(mechanism, preset)

    test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
    return every_mechanism(test)


def by_turns(name: str, choices: Iterable[Any], apart: int = 1) -> Any:
    """Every mechanism with one of the choices, the next with the next: for what each page does by the same code.

    apart: one mechanism in so many.
    """
    found = list(choices)
    pairs = [(mechanism, found[n % len(found)]) for n, mechanism in enumerate(TABLES[::apart])]
    return pytest.mark.parametrize(
        ("mechanism", name), [pytest.param(each, choice, id=f"{each.key}-{choice}") for each, choice in pairs]
    )


def every_third(first: int) -> Any:
    """One mechanism in three, from the first, second or third on: for what each page does by the same code.

    By default one in nine, another one in each test.
    """

    def decorate(test: Any) -> Any:
        chosen = fewer(TABLES[first::3], test.__name__)
        return pytest.mark.parametrize("mechanism", [pytest.param(each, id=each.key) for each in chosen])(test)

    return decorate


def fewer(found: Sequence[T], word: str = "", apart: int = 3) -> Sequence[T]:
    """One in three, from another one on for another word; with `--all` every one."""
    return sampling.some(found, found[zlib.crc32(word.encode()) % apart :: apart])


quick = settings(derandomize=True, database=None, deadline=None, max_examples=sampling.some(60, 25))

# --- numbers and sessions --------------------------------------------------------------------------------------------

LARGEST = (1e308, -1e308, 1e200, 1e15, 5e-324, -0.0, 0.1)
numbers = st.sampled_from(LARGEST) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def start(mechanism: Mechanism, preset: str | None = None) -> Session:
    """A session on a preset, the first one unless named."""
    return Session(Numbers.of(mechanism, preset or next(iter(mechanism.presets))))


def typed(mechanism: Mechanism) -> list[str]:
    """The inputs that take any number; a switch takes two."""
    return [name for name, spec in mechanism.inputs.items() if not spec.switch]


def edited(mechanism: Mechanism, edits: Iterable[tuple[str, int, float]]) -> Session:
    session = start(mechanism)
    assert session.propose(session.numbers.with_edits(edits)), session.problem
    return session


def longer(mechanism: Mechanism, tokens: int) -> Session:
    """The first preset with so many tokens along every axis whose positions carry names; of a batch as many as go."""
    numbers = start(mechanism).numbers
    for axis in numbers.token_axes():
        fits = MOST_CELLS // tokens**2 if axis in numbers.batches() else tokens
        numbers = numbers.resized(axis, min(tokens, fits))
    return Session(numbers)


def values_of(option: Option) -> tuple[Any, ...]:
    """Both ways, every choice, or both ends of the range and the default."""
    if isinstance(option.default, bool):
        return (False, True)
    if option.choices and not isinstance(option.default, str):
        return tuple(dict.fromkeys((option.choices[0], option.default, option.choices[-1])))
    return option.choices or tuple(dict.fromkeys((*(option.bounds or ()), option.default)))


def settings_of(options: Mapping[str, Option]) -> Iterator[dict[str, Any]]:
    """Every combination of option values; where those are many, each value beside the others' defaults."""
    ways = {name: values_of(option) for name, option in options.items()}
    if math.prod(map(len, ways.values())) <= MOST_SETTINGS:
        for values in itertools.product(*ways.values()):
            yield dict(zip(ways, values, strict=True))
        return
    yield {}
    for name, values in ways.items():
        yield from ({name: value} for value in values)


def computed(numbers: Numbers) -> Trace | None:
    """The trace, where the numbers and options go together."""
    try:
        return numbers.trace
    except InputError:
        return None


def same(a: Numbers, b: Numbers) -> bool:
    tables = all(np.array_equal(a.inputs[name], b.inputs[name]) for name in a.mechanism.inputs)
    named = all(a.names(axis) == b.names(axis) for axis in a.sizes())
    return tables and named and a.mechanism is b.mechanism and a.preset == b.preset and a.options == b.options


def some_edits(mechanism: Mechanism) -> Session:
    """Half of the first cells of every table of numbers changed a little."""
    inputs = start(mechanism).numbers.inputs
    return edited(
        mechanism,
        [(name, i, 0.25 - 0.1 * i) for name in typed(mechanism) for i in range(0, inputs[name].size // 2, 2)],
    )


# --- links -----------------------------------------------------------------------------------------------------------


def params_of(session: Session) -> dict[str, str]:
    return dict(parse_qsl(share.encode(session), keep_blank_values=True, strict_parsing=bool(share.encode(session))))


def reopened(session: Session) -> Session:
    return share.decode(session.numbers.mechanism, params_of(session))


def packed(document: Any) -> str:
    """A link's data holding any JSON document, as someone who knows the format would forge it."""
    return packed_bytes(json.dumps(document).encode())


def packed_bytes(raw: bytes) -> str:
    return share.VERSION + base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


# --- pages -----------------------------------------------------------------------------------------------------------


def opened(
    mechanism: Mechanism | None = None,
    query: dict[str, str] | None = None,
    session: Session | None = None,
    **state: Any,
) -> AppTest:
    """The app as one visitor sees it; with a mechanism, on its page. state: what widgets start from, by key."""
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._bidi_component_manager = BidiComponentManager()  # one that has not searched all installed packages
    if mechanism:
        page._page_hash = calc_hash(mechanism.key)  # the public switch_page() knows pages that are files only
        if session:
            page.session_state[f"session-{mechanism.key}"] = session
    for key, value in state.items():
        page.session_state[key] = value
    page.query_params.update(query or {})
    return page.run()


def in_section(mechanism: Mechanism, section: str, session: Session | None = None) -> AppTest:
    return opened(mechanism, None, session, **{f"section-{mechanism.key}": section})


def whole(page: AppTest) -> AppTest:
    """The page, certain to have drawn to its end."""
    assert not page.exception, page.exception[0].value
    return page


def group(page: AppTest, key: str) -> Any:
    return next(each for each in page.get("button_group") if each.key == key)


def element(page: AppTest, kind: str, key: str) -> Any:
    return next((each for each in page.get(kind) if each.key == key), None)


def choose_step(page: AppTest, mechanism: Mechanism, step: Step) -> AppTest:
    """Among the maps: first what kind of step, then, where a series has several of them, which moment."""
    named = [each.name for each in page.session_state[f"session-{mechanism.key}"].numbers.trace]
    kind = kind_of(step.name)
    moments = [name for name in named if kind_of(name) == kind]
    page.selectbox(key=f"map-step-{mechanism.key}").set_value(kind).run()
    if len(moments) > 1:
        slider = page.select_slider(key=f"map-moment-{len(moments)}-{mechanism.key}")
        slider.set_value(moments.index(step.name)).run()
    return page


def mapped_cell(page: AppTest, mechanism: Mechanism, step: Step) -> tuple[int, ...]:
    """Where the selectors beside the map stand."""
    leading = [page.session_state[f"map-along-{axis.name}-{axis.size}-{mechanism.key}"] for axis in step.axes[:-2]]
    row, column = (page.session_state[f"map-{side}-{mechanism.key}"] - 1 for side in ("row", "column"))
    return (*leading, row, column)[-step.value.ndim :] if step.value.ndim else ()


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def payload_of(page: AppTest, key: str) -> dict[str, Any]:
    return strict_json(element(page, "bidi_component", key).proto.json)


def stage_of(page: AppTest, mechanism: Mechanism) -> dict[str, Any]:
    """With the parts that were sent before and that a browser keeps."""
    found = payload_of(page, f"stage-{mechanism.key}")
    session: Session = page.session_state[f"session-{mechanism.key}"]
    assert keys_of(found) <= session.known
    whole = strict_json(json.dumps(lesson_payload(session)))
    assert keys_of(whole) == keys_of(found)
    return {**whole, **found}


def strict_json(text: str) -> Any:
    """JSON as browsers read it: NaN and Infinity are errors."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def decoded(payload: dict[str, Any]) -> dict[str, np.ndarray]:
    """Step name to values, read from a payload the way the stage reads them. Constants may share a name."""
    flat = np.frombuffer(base64.b64decode(payload["values"]), dtype="<f8")
    shapes = [(step["name"], [len(labels) for _, labels in step["axes"]]) for step in payload["steps"]]
    ends = np.cumsum([math.prod(shape) for _, shape in shapes])
    assert ends[-1] == flat.size
    parts = np.split(flat, ends[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes, parts, strict=True)}


def unpacked(array: Mapping[str, str]) -> np.ndarray:
    """An array of a chart as the browser reads it."""
    flat = np.frombuffer(base64.b64decode(array["bdata"]), dtype=array["dtype"])
    return flat.reshape([int(size) for size in array["shape"].split(",")])


def shown_texts(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in page.markdown)


# --- without a server ------------------------------------------------------------------------------------------------
