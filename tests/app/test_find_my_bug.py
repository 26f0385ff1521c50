"""The page that finds a bug: every format is read, the diagnosis is shown, refusals are sentences, nothing is kept."""

from __future__ import annotations

import gc
import io
import json
import random
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from attention_core import CURRICULUM, attention
from attention_core.diagnosis.mistakes import BY_KEY, CATALOGUE
from attention_core.diagnosis.settings import Settings
from attention_core.engine.errors import InputError
from tests.sampling import naming, some
from ui.bug import precision, reading, search, shown
from ui.bug.bench import MOST_SCORES, Bench
from ui.bug.example import EXAMPLES
from ui.bug.fields import BESIDE, GIVEN, RESULTS, SETTINGS, TABLES
from ui.bug.link import bench_of, query_of
from ui.bug.page import BENCH, LINES
from ui.bug.search import JOBS, Search
from ui.reading.tables import read_table
from ui.share import pack

from .helpers import HOSTILE, ROOT, button, decoded, element, group, opened, payload_of, shown_texts, strict_json, whole
from .test_reading import CORPUS, PRINTS

RNG = np.random.default_rng(7)
Q, K, V = (RNG.normal(size=(5, 3)).round(3) for _ in range(3))
RIGHT = attention(Q, K, V).output.value
WRONG = attention(Q, K, V, scale=1.0).output.value


def arrived(**query: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._bidi_component_manager = BidiComponentManager()
    page._page_hash = calc_hash("find-my-bug")
    page.query_params.update(query)
    return whole(page.run())


def bench_of_page(page: AppTest) -> Bench:
    found: Bench = page.session_state[BENCH]
    return found


def paste(page: AppTest, **tables: Any) -> AppTest:
    for name, table in tables.items():
        text = table if isinstance(table, str) else repr(np.asarray(table).tolist())
        page.text_area(key=f"bug-text-{name}").set_value(text)
    return whole(page.run())


def choose(page: AppTest, key: str, value: str) -> AppTest:
    return whole(group(page, key).set_value(value).run())


def drop(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    uploader = page.file_uploader(key=f"bug-files-{bench_of_page(page).drop}")
    return whole(uploader.set_value([(name, data, "application/octet-stream") for name, data in files]).run())


def verdict(page: AppTest) -> str:
    return next((each.value.replace("\\", "") for each in page.subheader), "")


def complaints(page: AppTest) -> list[str]:
    return [each.value.replace("\\", "") for each in page.error]


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez(out, **{name: np.asarray(each) for name, each in arrays.items()})
    return out.getvalue()


def npy(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def csv(table: Any) -> bytes:
    return "\n".join(",".join(map(repr, row)) for row in table.tolist()).encode()


# --- what is read ----------------------------------------------------------------------------------------------------


def outcome(read: Callable[[], Any]) -> Any:
    try:
        return read().tolist()
    except InputError as refused:
        return str(refused)


@pytest.mark.parametrize(
    "entry", [each for each in CORPUS if not each["switch"]], ids=lambda each: repr(each["text"])[:60]
)
def test_a_text_is_read_as_in_the_inputs_section(entry: dict[str, Any]) -> None:
    text = entry["text"]
    expected = outcome(lambda: read_table("Q", text).table)
    found = outcome(lambda: reading.text("pasted", text, "Q").tables["Q"])
    if isinstance(expected, str) and "needs a table of numbers, not 3 axes" in expected:
        assert np.ndim(found) == 3
    elif not isinstance(expected, str) and np.ndim(found) == 3:
        assert "\n\n" in text.replace("\r", "").replace(" ", ""), "blocks have a blank line between them"
    else:
        assert found == expected


@pytest.mark.parametrize("notation", PRINTS)
def test_every_print_is_read(notation: str) -> None:
    table = np.array([[0.5, -1.25], [3.75, 0.0625]])
    assert np.array_equal(reading.text("pasted", PRINTS[notation](table), "output").tables["output"], table)


MINE = {"Q": Q, "K": K, "V": V, "output": WRONG}
LISTS = {name: table.tolist() for name, table in MINE.items()}


def one_by_one(ending: str, made: Callable[[Any], bytes]) -> list[tuple[str, bytes]]:
    return [(f"{name}.{ending}", made(table)) for name, table in MINE.items()]


FILES: dict[str, list[tuple[str, bytes]]] = {
    "npz": [("mine.npz", npz(**MINE))],
    "npz with other capitals": [("mine.npz", npz(q=Q, k=K, v=V, Output=WRONG))],
    "json": [("a.json", json.dumps(LISTS).encode())],
    "json of this app": [("a.json", json.dumps({"inputs": LISTS}).encode())],
    "npy": one_by_one("npy", npy),
    "csv": one_by_one("CSV", csv),
    "tsv": one_by_one("tsv", lambda table: csv(table).replace(b",", b"\t")),
    "txt in UTF-16": one_by_one("txt", lambda table: csv(table).decode().encode("utf-16")),
}


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_is_diagnosed(kind: str) -> None:
    page = drop(arrived(), *FILES[kind])
    assert not complaints(page)
    assert verdict(page) == "The scores are not scaled."
    assert np.allclose(bench_of_page(page).tables["output"], WRONG, rtol=1e-15)


def test_numpys_line_writes_such_a_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(LINES["NumPy"], {"np": np, "Q": Q, "K": K, "V": V, "out": WRONG})
    found = reading.file_of("mine.npz", (tmp_path / "mine.npz").read_bytes())
    assert {*found.tables} == {"Q", "K", "V", "output"}


class Tensor:
    """As much of a tensor as the lines use."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def detach(self) -> Tensor:
        return self

    cpu = detach

    def double(self) -> Tensor:
        return Tensor(self.array.astype(float))

    def numpy(self) -> Any:
        return self.array


@pytest.mark.parametrize(("library", "wrap"), [("PyTorch", Tensor), ("JAX", np.asarray)])
def test_the_lines_of_other_libraries_keep_single_precision(
    library: str, wrap: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    q, k, v, out = (wrap(x.astype(np.float32)) for x in (Q, K, V, RIGHT))
    exec(LINES[library], {"np": np, "q": q, "k": k, "v": v, "out": out})
    found = reading.file_of("mine.npz", (tmp_path / "mine.npz").read_bytes())
    assert precision.precision_of(found.tables.values()) == "float32"


def test_settings_and_further_tables_come_in_files_too() -> None:
    mask = np.tril(np.ones((5, 5)))
    found = reading.file_of(
        "a.npz", npz(Q=Q, is_causal=1, scale=0.5, rope="half-split", attn_mask=mask, masked_scores=mask, odd=1)
    )
    assert found.settings == {"is_causal": True, "scale": "0.5", "rope": "half-split"}
    assert {*found.tables} == {"Q", "attn_mask", "masked scores"}
    assert "odd" in found.notes[0]
    written = json.dumps(
        {"inputs": {"Q": Q.tolist()}, "options": {"is_causal": True, "softcap": 2, "rope": "interleaved"}}
    )
    assert reading.file_of("a.json", written.encode()).settings == {
        "is_causal": True,
        "softcap": "2",
        "rope": "interleaved",
    }


def test_settings_and_tables_are_those_of_diagnose() -> None:
    known = {*Settings.__dataclass_fields__}
    assert {*SETTINGS} | {*BESIDE} == known


def test_heads_are_read_from_blocks_and_from_brackets() -> None:
    heads = np.stack([Q, K])
    blocks = "\n\n".join("\n".join(" ".join(map(repr, row)) for row in block) for block in heads.tolist())
    for text in (blocks, repr(heads), f"tensor({heads.tolist()})"):
        with np.printoptions(precision=17):
            assert np.allclose(reading.text("", text, "Q").tables["Q"], heads, atol=1e-8)
    assert reading.text("", repr(heads[None].tolist()), "Q").tables["Q"].shape == (1, 2, 5, 3)


# --- precision -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda x: x, "float64"),
        (lambda x: x.astype(np.float32), "float32"),
        (lambda x: x.astype(np.float16), "float16"),
        (lambda x: (x.astype(np.float32).view(np.uint32) & 0xFFFF0000).view(np.float32), "bfloat16"),
        (lambda x: x.round(3), "4 digits"),
        (lambda x: np.round(x), "float64"),
        (lambda x: np.round(x * 4) / 4, "float64"),
        (lambda x: np.round(x * 8) / 8 + 10, "float64"),
        (lambda x: x * np.nan, "float64"),
        (lambda x: x * 1e300, "float64"),
    ],
    ids=["double", "single", "half", "bfloat16", "printed", "whole", "quarters", "eighths", "none", "large"],
)
def test_the_precision_is_seen_by_the_numbers(change: Any, seen: str) -> None:
    numbers = np.random.default_rng(1).normal(size=(4, 5)) + 1
    assert precision.precision_of([np.asarray(change(numbers), dtype=float)]) == seen


def test_inputs_typed_with_few_digits_are_exact() -> None:
    typed = [np.round(table, 1) + 0.01 for table in (Q, K, V)]
    bench = Bench({**dict(zip("QKV", typed, strict=True)), "output": attention(*typed).output.value + 1e-6})
    assert bench.question().precision == "float64"
    found = Search(bench.question())._answer().diagnosis
    assert found
    assert not found.agrees


@pytest.mark.parametrize("name", ["float32", "float16", "3 digits", "4 digits", "6 digits"])
def test_right_numbers_are_right_however_they_were_rounded(name: str) -> None:
    def rounded(x: Any) -> Any:
        if name.endswith("digits"):
            return np.vectorize(lambda value: float(f"{value:.{int(name[0]) - 1}e}"))(x)
        return x.astype(name).astype(float)

    rng = np.random.default_rng(11)
    for _ in range(some(40, 6)):
        given = [rounded(rng.normal(size=(3, 5, 4))) for _ in range(3)]
        bench = Bench(dict(zip("QKV", given, strict=True)))
        bench.tables["output"] = rounded(attention(*given).output.value)
        found = Search(bench.question())._answer().diagnosis
        assert found
        assert found.agrees, bench.question().precision


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_the_examples_are_named_as_what_they_are() -> None:
    page = arrived()
    for example in EXAMPLES:
        whole(button(page, "Try an example").click().run())
        name = BY_KEY[example.mistake].name
        assert verdict(page).lower() == f"{name}."
        assert "made up" in " ".join(each.value for each in page.caption)


def test_the_diagnosis_has_all_its_parts() -> None:
    page = paste(arrived(), Q=Q, K=K, V=V, result=WRONG)
    mistake = BY_KEY["no-scale"]
    assert verdict(page) == "The scores are not scaled."
    code = [each.value for each in page.code]
    assert mistake.difference("numpy") in code
    assert mistake.difference("torch") in code
    texts = shown_texts(page).replace("\\", "")
    assert mistake.sentence in texts
    assert mistake.made in texts
    assert any(each.page == mistake.lesson or mistake.lesson in str(each) for each in page.get("page_link"))
    found = bench_of_page(page).search.answer(0).diagnosis
    departure = found.departure
    assert departure.place in texts
    both = next(each.proto.body for each in page.get("html") if "Your number" in each.proto.body)
    assert departure.given in both
    assert departure.arithmetic.partition(" = ")[0] in both
    data = payload_of(page, "bug-stage")
    assert data["view"]["stop"] == "output"
    assert tuple(data["view"]["cell"]) == departure.cell
    assert np.allclose(decoded(data)["output"], RIGHT)
    assert element(page, "plotly_chart", "bug-difference") is not None


def test_the_stage_opens_where_the_mistake_is_made() -> None:
    page = paste(arrived(), Q=Q, K=K, V=V, result=WRONG)
    choose(page, "bug-place", "where the mistake is made")
    assert payload_of(page, "bug-stage")["view"]["stop"] == "scaled scores"


def test_what_fits_equally_is_told_with_what_would_tell() -> None:
    page = paste(arrived(), Q=Q, K=K, V=V, result=WRONG)
    texts = shown_texts(page)
    assert "Not told apart" in texts
    assert "would tell them apart" in texts


def test_right_numbers_are_called_right_and_nonsense_unknown() -> None:
    assert verdict(paste(arrived(), Q=Q, K=K, V=V, result=RIGHT)) == shown.RIGHT
    page = paste(arrived(), Q=Q, K=K, V=V, result=RNG.normal(size=WRONG.shape))
    assert verdict(page) == shown.UNKNOWN
    assert payload_of(page, "bug-stage")["view"]["stop"] == "output"


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e308])
def test_a_number_that_is_none_is_shown(wrong: float) -> None:
    mine = RIGHT.copy()
    mine[2, 1] = wrong
    page = paste(arrived(), Q=Q, K=K, V=V, result=str(mine.tolist()))
    strict_json(element(page, "bidi_component", "bug-stage").proto.json)
    assert verdict(page)
    assert "query 3, value 2" in shown_texts(page)


def test_large_steps_are_shown_as_maps_at_the_cell() -> None:
    rng = np.random.default_rng(2)
    big = [rng.normal(size=(2, 40, 8)) for _ in range(3)]
    mine = attention(*big).output.value.copy()
    mine[1, 20, 3] += 1
    page = drop(arrived(), ("mine.npz", npz(Q=big[0], K=big[1], V=big[2], output=mine)))
    assert verdict(page) == shown.UNKNOWN
    assert page.session_state["map-row-bug-maps"] == 21
    assert page.session_state["map-column-bug-maps"] == 4
    assert page.session_state["map-along-head-2-bug-maps"] == 1


def test_intermediate_steps_and_settings_are_used() -> None:
    weights = attention(Q, K, V, is_causal=1)["attention weights"].value
    page = whole(arrived().toggle(key="bug-is_causal").set_value(True).run())
    page = paste(page, Q=Q, K=K, V=V)
    choose(page, "bug-result", "weights")
    page = paste(page, result=weights)
    assert verdict(page) == shown.RIGHT
    whole(page.toggle(key="bug-is_causal").set_value(False).run())
    assert "causal" in verdict(page).lower() or verdict(page) == shown.UNKNOWN


def test_a_result_is_called_otherwise_without_being_lost() -> None:
    page = paste(arrived(), result=RIGHT)
    choose(page, "bug-result", "scores")
    assert np.array_equal(bench_of_page(page).tables["scores"], RIGHT)
    assert "output" not in bench_of_page(page).tables
    assert page.text_area(key="bug-text-result").value


@pytest.mark.parametrize("mistake", some(CATALOGUE, CATALOGUE[::12]), ids=lambda each: each.key)
def test_every_lesson_of_a_mistake_has_a_page(mistake: Any) -> None:
    assert mistake.lesson in {each.key for each in CURRICULUM}


def test_every_catalogue_text_is_shown_whole() -> None:
    """Nothing of Markdown is left in what was written for plain text."""
    from ui.lesson import literal

    for mistake in CATALOGUE:
        for text in (mistake.name, mistake.sentence, mistake.made):
            assert literal(text).replace("\\", "") == text.replace("\\", "")


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"Q": "1, 2\n3"}, "Q, row 2: has 1 cells where row 1 has 2"),
        ({"Q": "1, x\n3, 4"}, "Q, row 1, column 2: “x” is not a number"),
        ({"K": "[[1, 2], [3, inf]]"}, "K, row 2, column 2: inf is not a finite number"),
        ({"V": "1, 2 ... 3"}, "V"),
        ({"result": "[[1, 2"}, "output: has a bracket that is not closed"),
    ],
)
def test_a_refusal_stands_beside_what_was_typed(tables: dict[str, str], sentence: str) -> None:
    page = paste(arrived(), **tables)
    assert len(complaints(page)) == 1
    assert complaints(page)[0].startswith(sentence)
    for name, text in tables.items():
        assert page.text_area(key=f"bug-text-{name}").value == text


def test_shapes_that_do_not_meet_are_named() -> None:
    page = paste(arrived(), Q=Q, K=K[:, :2], V=V, result=RIGHT)
    assert len(complaints(page)) == 1
    assert "3" in complaints(page)[0]
    assert "2" in complaints(page)[0]
    page = paste(page, K=K, result=RIGHT[:2])
    assert "output: has shape (2, 3), where the right one has (5, 3)" in complaints(page)[0]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("scale", "much", "scale: “much” is not a number"),
        ("q_num_heads", "2.5", "q_num_heads: must be a whole number, at least 1, not 2.5"),
        ("temperature", "0", "temperature: must be a finite number above 0, not 0.0"),
        ("softcap", "-1", "softcap: must be a finite number, at least 0, not -1.0"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_stays(name: str, typed: str, sentence: str) -> None:
    page = paste(arrived(), Q=Q, K=K, V=V, result=RIGHT)
    whole(page.text_input(key=f"bug-{name}").set_value(typed).run())
    assert complaints(page) == [sentence]
    assert page.text_input(key=f"bug-{name}").value == typed
    whole(page.text_input(key=f"bug-{name}").set_value("").run())
    assert verdict(page) == shown.RIGHT


def test_a_file_without_a_name_asks_for_it_and_takes_the_choice() -> None:
    page = drop(arrived(), ("mine.csv", csv(Q)), ("other.npy", npy(Q)))
    assert all(part in complaints(page)[0] for part in ("mine.csv: holds one table", "other.npy: holds one table"))
    page.selectbox(key="bug-single").set_value("K").run()
    page = drop(page, ("mine.csv", csv(Q)))
    assert not complaints(page)
    assert np.array_equal(bench_of_page(page).tables["K"], Q)


def test_a_file_that_is_refused_leaves_what_is_there() -> None:
    page = paste(arrived(), Q=Q, K=K, V=V, result=WRONG)
    page = drop(page, ("Q.csv", b"1,2\n3,x"))
    assert complaints(page) == ["Q, row 2, column 2: “x” is not a number"]
    assert verdict(page) == "The scores are not scaled."


def test_too_many_scores_are_refused() -> None:
    big = np.zeros((9, 128, 2))
    bench = Bench({"Q": big, "K": big, "V": big, "output": big})
    with pytest.raises(InputError, match=f"would have 147,456 cells; at most {MOST_SCORES:,} are searched"):
        bench.question()


def test_hostile_names_are_text() -> None:
    for name in HOSTILE:
        page = drop(arrived(), (f"{name}.csv", csv(Q)))
        assert complaints(page), name
        assert not page.exception


# --- nothing is kept -------------------------------------------------------------------------------------------------


def test_a_link_holds_what_is_asked_for_and_opens_it() -> None:
    bench = Bench()
    bench.hold(EXAMPLES[1].brought(), "")
    bench.precision = "4 digits"
    query = query_of(bench)
    packed = query.removeprefix("data=")
    again = bench_of(packed)
    assert {name: table.tolist() for name, table in again.tables.items()} == {
        name: table.tolist() for name, table in bench.tables.items()
    }
    assert (again.settings, again.precision, again.result) == (bench.settings, bench.precision, bench.result)
    page = arrived(data=packed)
    assert verdict(page) == "The heads are joined by a reshape alone."
    paste(page, result=RIGHT)
    assert "data" not in page.query_params


def test_infinities_travel_in_a_link() -> None:
    bench = Bench({"Q": Q, "output": np.array([[np.inf, -np.inf], [np.nan, 1.0]])})
    again = bench_of(query_of(bench).removeprefix("data="))
    assert np.array_equal(again.tables["output"], bench.tables["output"], equal_nan=True)


def test_a_link_of_many_numbers_is_not_made() -> None:
    assert query_of(Bench({"Q": RNG.normal(size=(100, 100))})) == ""


@pytest.mark.parametrize(
    "damaged", ["", "1", "x", "1eJw", pack([]), pack({"inputs": 5, "result": 1, "precision": []}), pack(5)]
)
def test_a_damaged_link_says_so(damaged: str) -> None:
    found = bench_of(damaged)
    assert found.refusals["files"]
    assert not found.tables


def test_numbers_are_not_in_the_address() -> None:
    page = paste(arrived(), Q=Q, K=K, V=V, result=WRONG)
    assert not page.query_params


def test_what_was_brought_goes_with_the_visit() -> None:
    bench = Bench()
    bench.files([("mine.npz", npz(Q=Q, K=K, V=V, output=WRONG))], reading.BY_NAME)
    watched = [weakref.ref(table) for table in bench.tables.values()]
    found = Search(bench.question())
    found.begin()
    assert found.answer(60)
    del bench, found
    gc.collect()
    assert not [ref for ref in watched if ref() is not None]
    assert not JOBS._open


def test_a_search_nobody_waits_for_ends() -> None:
    bench = Bench({"Q": Q, "K": K, "V": V, "output": RNG.normal(size=WRONG.shape)})
    found = Search(bench.question())
    found.cancel()
    assert found._answer().diagnosis is None


def test_a_full_queue_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "JOBS", search.Jobs(1, 0))
    page = paste(arrived(), Q=Q, K=K, V=V, result=WRONG)
    assert complaints(page) == [search.BUSY]


# --- hostile input ---------------------------------------------------------------------------------------------------


WRITES: list[str] = []
_watching = False


def _heard(event: str, details: tuple[Any, ...]) -> None:
    if _watching and event == "open" and isinstance(details[1], str) and set(details[1]) & set("wxa+"):
        WRITES.append(str(details[0]))
    typed = event == "exec" and getattr(details[0], "co_filename", "") == "<string>"  # a module's code is from its file
    if _watching and (typed or event in ("subprocess.Popen", "os.system", "pickle.find_class", "socket.connect")):
        WRITES.append(event)


sys.addaudithook(_heard)


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fails where a file is written, code run, or anything asked of another program."""
    global _watching
    WRITES.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False
    assert not WRITES


CELLS = (
    "1",
    "-0.5",
    "1e308",
    "1e-320",
    "nan",
    "inf",
    "",
    "x",
    "1/0",
    "½",
    "1,5",
    "0x10",
    "9" * 400,
    "=cmd()",
    "__import__('os')",
    "...",
    "\x00",
    "😀",
    "True",
    "null",
)
SEEDS: tuple[bytes, ...] = (
    npz(Q=Q, K=K, V=V, output=WRONG),
    npz(Q=Q, K=K, V=V, output=WRONG, is_causal=1, attn_mask=np.tril(np.ones((5, 5)))),
    json.dumps({"Q": Q.tolist(), "K": K.tolist(), "V": V.tolist(), "output": WRONG.tolist()}).encode(),
    npy(Q),
    csv(Q),
    repr(np.stack([Q, K]).tolist()).encode(),
)


def hostile_bytes(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(SEEDS))
    kind = chance.randrange(4)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        return bytes(data[: chance.randrange(len(data))])
    for _ in range(chance.randrange(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def hostile_value(chance: random.Random, deep: int = 0) -> Any:
    if deep < 4 and chance.random() < 0.6:
        return [hostile_value(chance, deep + 1) for _ in range(chance.randrange(4))]
    return chance.choice((0, 1, -2.5, 1e308, True, None, "1/2", "nan", "", {}, {"a": 1}, 10**400, "x" * 50))


def hostile_text(chance: random.Random) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        mark = chance.choice((",", ";", "\t", " ", "|", "\n"))
        return "\n".join(
            mark.join(chance.choices(CELLS, k=chance.randrange(1, 5))) for _ in range(chance.randrange(1, 5))
        )
    if kind == 1:
        names = chance.sample([*TABLES, *SETTINGS, "inputs", "options", "labels", "odd"], k=chance.randrange(1, 6))
        return json.dumps({name: hostile_value(chance) for name in names})
    if kind == 2:
        return str(chance.choice(CORPUS)["text"]) + chance.choice(("", "\n\n1 2", "]", "[[", "\\\\"))
    return "".join(chance.choices("[](){},;.-+0123456789eE\n\t |&\\\"'#%=xtensorarray∞−", k=chance.randrange(1, 60)))


def attacked(chance: random.Random) -> Bench:
    """A visit with something hostile in each of its fields; half of it begins with numbers that compute."""
    bench = Bench()
    if chance.random() < 0.7:
        bench.hold(chance.choice(EXAMPLES).brought(), "")
    for _ in range(chance.randrange(1, 4)):
        way = chance.randrange(3)
        if way == 0:
            name = chance.choice(("a.npz", "a.npy", "Q.csv", "output.txt", "a.json", "", "Q", "../../K.csv", "b.zip"))
            bench.files([(name, hostile_bytes(chance))], chance.choice((reading.BY_NAME, "K", "output")))
        elif way == 1:
            bench.paste(chance.choice((*GIVEN, *RESULTS, *BESIDE)), hostile_text(chance))
        else:
            setting = chance.choice([*SETTINGS])
            default = SETTINGS[setting].default
            bench.choose(
                setting,
                chance.random() < 0.5
                if isinstance(default, bool)
                else chance.choice(SETTINGS[setting].choices or CELLS),
            )
    return bench


def test_hostile_input_gets_sentences_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """10,000 visits with --all: files, texts and settings; no exception but a refusal in one sentence."""
    monkeypatch.setattr(search, "SECONDS", 0.0)
    answered = 0
    for seed in range(some(10_000, 250)):
        chance = random.Random(seed)
        with naming(f"seed {seed}"), nothing_written():
            bench = attacked(chance)
            for sentence in bench.refusals.values():
                assert sentence.strip()
                assert "Traceback" not in sentence
                assert len(sentence) < 2500
            if bench.missing:
                continue
            try:
                question = bench.question()
            except InputError:
                continue
            answer = Search(question)._answer()
            assert answer.refusal or answer.diagnosis
            answered += bool(answer.diagnosis)
    assert answered > some(10_000, 250) / 20


def test_pages_of_hostile_visits_are_drawn() -> None:
    for seed in range(some(100, 6)):
        chance = random.Random(-seed)
        page = arrived()
        page.session_state[BENCH] = attacked(chance)
        with naming(f"seed {-seed}"):
            whole(page.run())


def test_the_page_is_found_and_opened_from_home() -> None:
    page = opened()
    assert any("Find my bug" in each.label for each in page.get("page_link"))
