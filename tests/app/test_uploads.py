"""Uploaded files: numbers are taken, everything else gets its sentence, and nothing is ever run or blown up."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_core.engine.errors import InputError
from attention_core.lesson.mechanism import Input
from ui.inputs import UPLOADS
from ui.reading.files import Upload, read_upload
from ui.state import Table

from .helpers import json_values, quick

KNOWN = {
    "X": Input(("token", "model"), "vectors"),
    "W_q": Input(("model", "feature"), "weights"),
    "v_add": Input(("feature",), "a vector"),
    "M": Input(("token", "token"), "a mask", switch=True),
}
NAMES = ", ".join(KNOWN)
X = [[1.0, 2.0], [3.0, 0.25]]


def uploaded(filename: str, data: bytes | str) -> Upload:
    return read_upload(filename, data.encode() if isinstance(data, str) else data, "X", KNOWN)


def read(filename: str, data: bytes | str) -> dict[str, Table]:
    return {name: reading.table for name, reading in uploaded(filename, data).readings.items()}


def refusal(filename: str, data: bytes | str) -> str:
    with pytest.raises(InputError) as caught:
        read(filename, data)
    return str(caught.value)


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=True, **{name: np.asarray(array) for name, array in arrays.items()})
    return out.getvalue()


def npz_of(member: bytes, **settings: Any) -> bytes:
    """An archive whose X holds these very bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X.npy", member, **settings)
    return out.getvalue()


def npy_claiming(header: str) -> bytes:
    """An .npy file with this header and no numbers."""
    text = header.encode() + b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def shaped(shape: str) -> bytes:
    return npz_of(npy_claiming(f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"))


def flagged(position: int, value: int) -> bytes:
    """An honest archive with one byte changed in both of its headers: encrypted, or packed in an unknown way."""
    data = bytearray(npz(X=X))
    for start, offset in ((data.find(b"PK\x03\x04"), position), (data.find(b"PK\x01\x02"), position + 2)):
        data[start + offset] = value
    return bytes(data)


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "A.CSV", "noending"])
def test_csv_is_read_for_the_chosen_input(name: str) -> None:
    found = read(name, "1,2\n3,1/4")
    assert {key: table.tolist() for key, table in found.items()} == {"X": X}


def test_tabs_and_a_byte_order_mark_are_read() -> None:
    assert read("a.tsv", b"\xef\xbb\xbf1\t2\n3\t0.25")["X"].tolist() == X


@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "json"])
def test_text_that_is_not_utf8_is_called_so(kind: str) -> None:
    assert refusal(f"a.{kind}", "1,ä".encode("latin-1")) == f"a.{kind}: is not text in UTF-8"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_the_byte_order_mark_names_the_encoding(encoding: str) -> None:
    """Excel's "Unicode text" is UTF-16, with tabs."""
    found = uploaded("a.txt", "token\ta\tb\nBärk\t0,5\t1\nis\t2\t3".encode(encoding))
    assert found.readings["X"].table.tolist() == [[0.5, 1], [2, 3]]
    assert found.readings["X"].names[0] == ("Bärk", "is")


def test_half_a_character_is_called_so() -> None:
    assert refusal("a.txt", b"\xff\xfe1") == "a.txt: is not text in UTF-16"


def test_empty_file_is_called_empty() -> None:
    assert refusal("a.csv", b"") == "X: is empty"


# --- JSON ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [lambda found: found, lambda found: {"inputs": found, "other": 1}])
def test_json_may_hold_several_inputs_by_name(wrap: Any) -> None:
    found = read("a.json", json.dumps(wrap({"W_q": [[5]], "X": X, "v_add": [1, 2], "unknown": 7})))
    assert {name: table.tolist() for name, table in found.items()} == {"X": X, "W_q": [[5.0]], "v_add": [1.0, 2.0]}


def test_json_list_is_read_for_the_chosen_input() -> None:
    assert read("a.json", json.dumps(X))["X"].tolist() == X


@pytest.mark.parametrize("text", ["{}", '{"Y": [[1]]}', '{"inputs": {}}', ' {"X2": 5}'])
def test_json_without_known_names_lists_them(text: str) -> None:
    assert refusal("a.json", text) == f"a.json: holds none of the inputs {NAMES}"


@pytest.mark.parametrize("inputs", [["X"], "X", None, 5, True], ids=repr)
def test_json_whose_inputs_are_no_names_is_refused(inputs: Any) -> None:
    assert refusal("a.json", json.dumps({"inputs": inputs})).startswith("a.json")


@pytest.mark.parametrize("value", [5, None, "text", [1, 2], [[1, "a"]], [[1], [2, 3]], {"a": 1}, [[[1]]]], ids=repr)
def test_json_input_that_is_no_table_is_named(value: Any) -> None:
    assert refusal("a.json", json.dumps({"X": value})).startswith("X")


def test_broken_json_is_called_so() -> None:
    assert "is not valid JSON" in refusal("a.json", '{"X": [[1')


# --- NPZ -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [float, np.float32, np.int64, bool])
def test_npz_of_numbers_is_read(kind: Any) -> None:
    found = read("a.npz", npz(X=np.ones((2, 3), kind), other=np.zeros(2)))
    assert {name: table.tolist() for name, table in found.items()} == {"X": [[1.0] * 3] * 2}


def test_pickled_objects_are_never_opened() -> None:
    pickled = npz(X=np.array([[Bomb()]], dtype=object))
    assert refusal("a.npz", pickled) == "a.npz: holds pickled objects, which are never opened"
    assert not Bomb.opened


class Bomb:
    """Tells when it is unpickled."""

    opened = False

    def __reduce__(self) -> Any:
        return (setattr, (Bomb, "opened", True))


def test_npz_that_unpacks_to_gigabytes_is_refused_by_its_size() -> None:
    bomb = npz_of(bytes(65_000_000))
    assert len(bomb) < 100_000
    assert refusal("a.npz", bomb) == "a.npz: unpacks to 65 MB; at most 64 MB are opened"


@pytest.mark.parametrize("member", [b"", b"text", b"\x93NUMPY\x01\x00"], ids=["empty", "text", "cut short"])
def test_npz_with_an_entry_that_is_no_array_is_refused(member: bytes) -> None:
    assert refusal("a.npz", npz_of(member))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04"], ids=repr)
def test_what_is_no_npz_is_called_so(data: bytes) -> None:
    assert refusal("a.npz", data) == "a.npz: is not an NPZ archive of numbers"


def npy(array: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, np.asarray(array))
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "noending"])
def test_a_single_array_is_read_for_the_chosen_input(name: str) -> None:
    assert read(name, npy(X))["X"].tolist() == X


@pytest.mark.parametrize("data", [npy(X)[:-1], npy(np.array([[None]], dtype=object)), b"\x93NUMPY", b"text"])
def test_what_is_no_single_array_is_refused(data: bytes) -> None:
    assert refusal("a.npy", data).startswith("a.npy: ")


def test_an_array_without_a_name_is_read_for_the_chosen_input() -> None:
    out = io.BytesIO()
    np.savez(out, np.array(X))
    assert read("a.npz", out.getvalue())["X"].tolist() == X


def test_small_letters_name_an_input_where_one_alone_is_called_so() -> None:
    assert read("a.npz", npz(x=X, w_Q=X)).keys() == {"X", "W_q"}
    assert read("a.json", json.dumps({"x": X}))["X"].tolist() == X
    assert np.array_equal(read("a.npz", npz(x=np.zeros((2, 2)), X=X))["X"], X)


def test_what_is_of_no_use_beside_good_arrays_is_passed_over_and_named() -> None:
    found = uploaded("a.npz", npz(X=X, tokens=np.array(["Bark", "is"]), other=np.zeros(3), W_q=np.array([["a"]])))
    assert found.readings.keys() == {"X"}
    assert found.lists == {"tokens": ("Bark", "is")}
    assert found.passed == ("other", "W_q")


def test_pickled_objects_beside_good_arrays_stay_closed() -> None:
    found = uploaded("a.npz", npz(X=X, tokens=np.array([Bomb()], dtype=object)))
    assert (found.readings["X"].table.tolist(), found.passed) == (X, ("tokens",))
    assert not Bomb.opened


def test_a_mask_that_is_added_shows_where_it_is_0() -> None:
    wanted = [[1, 0], [1, 1]]
    assert read("a.npz", npz(M=np.array([[0, -np.inf], [0, 0]])))["M"].tolist() == wanted
    assert read("a.npz", npz(M=np.array([[True, False], [True, True]])))["M"].tolist() == wanted
    assert read("a.json", json.dumps({"M": [[0, "-inf"], [0, 0]]}))["M"].tolist() == wanted
    assert refusal("a.npz", npz(M=np.array([[1, -np.inf]]))).startswith("M, row 1, column 1: hides by -inf")


def test_options_names_and_the_lesson_of_a_json_file_are_kept() -> None:
    document = {"mechanism": "a", "options": {"scaled": True}, "inputs": {"X": X}, "labels": {"token": ["Bark", "is"]}}
    found = uploaded("a.json", json.dumps({**document, "steps": []}))
    assert (found.lesson, found.options, found.labels) == ("a", {"scaled": True}, {"token": ("Bark", "is")})
    assert found.passed == ()


@pytest.mark.parametrize("shape", ["(-1, 4)", "(1000000, 100000000)", "(10000000000000000000000000, 4)"])
def test_npz_that_claims_more_numbers_than_it_has_is_refused(shape: str) -> None:
    assert refusal("a.npz", shaped(shape)).startswith("a.npz")


@pytest.mark.parametrize("header", ["{'descr': '<f8'", "{'descr': ('<f8' ", "", "1 + 1", "{'descr': [], 'shape': ()}"])
def test_npz_with_a_broken_header_is_refused(header: str) -> None:
    assert refusal("a.npz", npz_of(npy_claiming(header))).startswith("a.npz")


@pytest.mark.parametrize(("position", "value"), [(6, 1), (8, 99)], ids=["encrypted", "unknown packing"])
def test_npz_that_cannot_be_unpacked_is_refused(position: int, value: int) -> None:
    assert refusal("a.npz", flagged(position, value)).startswith("a.npz")


@pytest.mark.parametrize(
    "array",
    [[["a"]], [[1j]], np.zeros((2, 2), "M8[D]"), np.zeros((2, 2), [("a", float)])],
    ids=["text", "complex", "dates", "records"],
)
def test_npz_of_other_than_numbers_is_refused(array: Any) -> None:
    assert refusal("a.npz", npz(X=array))


def test_npz_truncated_anywhere_is_refused() -> None:
    data = npz(X=X)
    for length in range(len(data)):
        assert refusal("a.npz", data[:length]), length


def test_npz_with_any_byte_changed_is_read_or_refused() -> None:
    data = npz(X=X)
    for i, byte in enumerate(data):
        for changed in {byte ^ 1, byte ^ 128, 0, 255} - {byte}:
            assert_read_or_refused("a.npz", data[:i] + bytes([changed]) + data[i + 1 :])


# --- anything --------------------------------------------------------------------------------------------------------


def assert_read_or_refused(filename: str, data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert all(np.isfinite(table).all() for table in read(filename, data).values())


@pytest.mark.parametrize("kind", [*UPLOADS, "exe"])
@quick
@given(
    st.binary(max_size=80)
    | st.sampled_from([b"PK\x03\x04", b"[[", b"{", b"\x93NUMPY"]).flatmap(
        lambda head: st.binary(max_size=40).map(head.__add__)
    )
)
def test_arbitrary_bytes_are_read_or_refused(kind: str, data: bytes) -> None:
    assert_read_or_refused(f"a.{kind}", data)


@quick
@given(st.dictionaries(st.sampled_from(["X", "W_q", "inputs", "Y"]), json_values, max_size=3))
def test_arbitrary_json_is_read_or_refused(document: Any) -> None:
    assert_read_or_refused("a.json", json.dumps(document).encode())
