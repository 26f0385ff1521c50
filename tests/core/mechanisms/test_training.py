"""What was trained besides the translators: files that fit their cards, and examples drawn without PyTorch."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.golden_numbers import RECORDED, recorded
from training import digits, marks, repeats, reviews, scenes

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "attention_core" / "data" / "weights"
GATED = {"W": (8, 16), "U": (8, 8), "b": (8,)}
LSTM = {"attention": 52, "language": 44}
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "senet-cued-digits": {
        "K_1": (16, 3, 3, 3), "b_1": (16,),
        "W_1": (8, 16), "W_2": (16, 8),
        "K_2": (32, 16, 3, 3), "b_2": (32,),
        "W_o": (10, 32), "b_o": (10,),
    },
    "induction-heads": {
        "E_x": (10, 16, 32), "E_p": (10, 24, 32), "U": (10, 16, 32),
        **{f"W_{role} {layer}": (10, 32, 32) for role in "qkvo" for layer in (1, 2)},
    },
    "han-reviews": {
        "E": (35, 16),
        **{f"{level} {way} {array}_{gate}": size for level in ("word", "sentence") for way in ("forward", "backward")
           for gate in "zrh" for array, size in GATED.items()},
        "W_w": (12, 16), "b_w": (12,), "u_w": (12,), "W_s": (12, 16), "b_s": (12,), "u_s": (12,),
        "W_c": (1, 16), "b_c": (1,),
    },
    "find-the-mark": {
        "coarse K_1": (8, 1, 3, 3), "coarse b_1": (8,), "coarse K_2": (8, 8, 3, 3), "coarse b_2": (8,),
        "coarse W": (4, 8), "coarse b": (4,),
        "box W_h": (32, 8, 8, 8), "box b_h": (32,), "box W_a": (3, 32), "box b_a": (3,),
        "fine K_1": (16, 1, 3, 3), "fine b_1": (16,), "fine K_2": (32, 16, 3, 3), "fine b_2": (32,),
        "fine W": (4, 32), "fine b": (4,),
    },
    "scene-captions": {
        "E": (11, 8),
        **{f"{who} {array}_{gate}": size for who, wide in LSTM.items() for gate in "ifgo"
           for array, size in {"W": (32, wide), "U": (32, 32), "b": (32,)}.items()},
        "W_va": (16, 12), "W_ha": (16, 32), "w_a": (16,),
        "W_p": (11, 32), "b_p": (11,),
    },
}  # fmt: skip
SHAPES["han-reviews-other"] = SHAPES["han-reviews"]
KINDS = {"induction-heads": np.dtype(np.float16)}  # many snapshots, each in half the room
LABELS = np.arange(40) % 10
DRAWS: dict[str, Callable[..., Iterator[Any]]] = {
    "senet-cued-digits": lambda rng, unseen: digits.cues(rng, LABELS, unseen),
    "induction-heads": repeats.repeats,
    "han-reviews": reviews.reviews,
    "find-the-mark": marks.marks,
    "scene-captions": scenes.scenes,
}
every_file = pytest.mark.parametrize("name", SHAPES)
every_task = pytest.mark.parametrize("task", DRAWS)


def told(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def drawn(task: str, count: int, seed: int = 0, unseen: bool = False) -> list[Any]:
    return list(islice(DRAWS[task](np.random.default_rng(seed), unseen), count))


# --- the files --------------------------------------------------------------------------------------------------------


@every_file
def test_a_file_holds_what_it_is_said_to_hold(name: str) -> None:
    with np.load(FOLDER / f"{name}.npz") as stored:
        arrays = {key: stored[key] for key in stored.files}
    assert {key: array.shape for key, array in arrays.items()} == SHAPES[name]
    assert {array.dtype for array in arrays.values()} == {KINDS.get(name, np.dtype(np.float32))}
    assert sum(array.size for array in arrays.values()) == told(name)["parameters"]
    assert all(np.isfinite(array).all() for array in arrays.values())


@every_file
def test_files_are_small(name: str) -> None:
    assert (FOLDER / f"{name}.npz").stat().st_size <= 200_000
    assert all((folder / f"{name}.json").stat().st_size <= 60_000 for folder in (FOLDER, RECORDED))


@every_file
def test_a_card_names_the_pinned_versions(name: str) -> None:
    pinned = (ROOT / "training" / "requirements.txt").read_text(encoding="utf-8")
    versions = {package: version.split("+")[0] for package, version in told(name)["versions"].items()}
    assert all(f"{package}=={versions[package]}" in pinned for package in versions if package != "python")


def test_the_lamp_needs_the_block_and_plain_digits_do_not() -> None:
    card = told("senet-cued-digits")
    lamp = card["accuracy"]["every seed"]
    assert card["accuracy"]["exact"] == lamp["with the block"][0] >= 0.9
    assert min(lamp["with the block"]) >= 0.8
    assert max(lamp["without it"]) <= 0.6
    assert card["gates"]["exact with the gates of the other lamp"] <= 0.2
    plain = {kind: np.mean(found) for kind, found in card["plain digits"]["every seed"].items()}
    assert plain["with the block"] <= plain["without it"] + 0.01


def test_two_networks_are_right_alike_and_look_elsewhere() -> None:
    one, other = told("han-reviews"), told("han-reviews-other")
    for card in (one, other):
        assert card["accuracy"]["exact"] >= 0.995
        assert card["attention"]["strongest sentence is the opinion"] >= 0.995
        own = {"seed": card["training"]["seed"], "exact": card["accuracy"]["exact"], **card["attention"]}
        assert own in card["every seed"]
    assert one["attention"]["weight on the evidence"] >= 0.75
    assert other["attention"]["weight on the evidence"] <= 0.3


def test_a_mark_is_named_in_the_zoom_alone() -> None:
    card = told("find-the-mark")
    assert card["accuracy"]["coarse"] <= 0.35
    assert card["accuracy"]["zoomed"] >= 0.97
    distance = "pixels from the mark to the middle of the box"
    assert card["after ranking"][distance] < card["before ranking"][distance]


def test_captions_name_what_they_look_at() -> None:
    card = told("scene-captions")
    assert card["accuracy"]["exact"] >= 0.9
    assert card["attention"]["both words"]["strongest region is the named one"] >= 0.85


# --- what is drawn ----------------------------------------------------------------------------------------------------


@every_task
def test_the_same_seed_draws_the_same(task: str) -> None:
    assert [repr(each) for each in drawn(task, 5)] == [repr(each) for each in drawn(task, 5)]
    assert [repr(each) for each in drawn(task, 5)] != [repr(each) for each in drawn(task, 5, seed=1)]


# What an example is made of that is either trained on or left out.
APART: dict[str, Callable[[Any], set[Any]]] = {
    "senet-cued-digits": lambda one: {one.red, one.green},
    "induction-heads": lambda one: {one.text[: one.period]},
    "han-reviews": lambda one: {one.sentences},
    "find-the-mark": lambda one: {(one.mark, one.row, one.column)},
    "scene-captions": lambda one: {tuple(word for word in one.caption if word in scenes.FEATURES)},
}


@every_task
def test_what_is_held_out_is_never_trained_on(task: str) -> None:
    trained, held = (
        {part for one in drawn(task, 300, unseen=unseen) for part in APART[task](one)} for unseen in (False, True)
    )
    assert trained
    assert held
    assert not trained & held


def test_the_digits_that_come_along_were_held_out() -> None:
    images = digits.shipped()
    assert {each["digit"] for each in images} == set(range(10))
    for each in [*images, *(one[colour] for one in recorded("senet-cued-digits") for colour in ("red", "green"))]:
        assert digits.left_out(each["index"])
        assert np.shape(each["pixels"]) == (8, 8)
        assert np.ptp(each["pixels"]) <= digits.BRIGHTEST


def test_what_is_recorded_was_held_out() -> None:
    for name in ("han-reviews", "han-reviews-other"):
        assert all(reviews.left_out(tuple(tuple(s.split()) for s in one["review"])) for one in recorded(name))
    for one in recorded("find-the-mark"):
        assert marks.left_out(marks.NAMES.index(one["mark"]), one["row"] - 2, one["column"] - 2)
    for one in recorded("scene-captions"):
        words = one["caption"].split()
        things = [
            [scenes.COLOURS.index(c), scenes.SHAPES.index(s)] for c, s in zip(words[::3], words[1::3], strict=True)
        ]
        assert scenes.left_out(np.array(things))


def test_the_lamp_chooses_the_digit_that_is_named() -> None:
    for one in drawn("senet-cued-digits", 20):
        assert one.named == LABELS[one.green if one.lamp else one.red]
    red, green = np.eye(8) * 16, np.ones((8, 8))
    picture = digits.painted(red, green, True)
    assert picture.shape == (3, 16, 16)
    assert (picture[0, 8:, 4:12] == np.eye(8)).all()
    assert picture[2].sum() == 32


def test_one_sentence_has_an_opinion_and_its_words_say_which() -> None:
    for one in drawn("han-reviews", 50):
        telling = [n for n, words in enumerate(one.sentences) if {*words} & {*reviews.GOOD, *reviews.BAD}]
        assert telling == ([] if one.opinion is None else [one.opinion])
        assert all(word in reviews.WORDS for words in one.sentences for word in words)
        if telling:
            words = one.sentences[one.opinion]
            good = any(words[n] in reviews.GOOD for n in one.evidence)
            assert one.score == (1 if good != ("not" in words) else -1)


def test_a_mark_stands_where_it_is_said_to() -> None:
    for one in drawn("find-the-mark", 20):
        place = one.pixels[one.row - 2 : one.row + 3, one.column - 2 : one.column + 3]
        assert (place[marks.SHAPES[one.mark] == 1] == 1).all()
        assert (one.pixels == np.round(one.pixels, 2)).all()


def test_a_caption_goes_from_left_to_right() -> None:
    for one in drawn("scene-captions", 20):
        order = [region for region in one.named[::3] if region is not None]
        assert order == list(np.argsort(one.boxes[:, 0] + one.boxes[:, 2]))
        for word, region in zip(one.caption, one.named, strict=True):
            assert region is None or one.features[region, scenes.FEATURES.index(word)] > 0.9
        assert ((one.boxes >= 0) & (one.boxes <= 1)).all()


def test_drawing_needs_numpy_alone() -> None:
    for name in ("data", "digits", "marks", "reviews", "scenes"):
        tree = ast.parse((ROOT / "training" / f"{name}.py").read_text(encoding="utf-8"))
        modules = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
        modules += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert not {module.split(".")[0] for module in modules} & {"torch", "sklearn"}, name
