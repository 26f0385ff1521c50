"""Sentences of lessons that give figures: each stands in its lesson, and holds in the preset that it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from attention_core import Trace
from attention_core.lesson.trained_weights import read_json
from attention_core.mechanisms.recurrence_against_attention.memory_probe import extended_text
from attention_core.mechanisms.sequence_to_sequence.four_wirings.encoder_decoder import influence
from tests.app.helpers import KEYS
from ui import lesson


@dataclass(frozen=True)
class Claim:
    """words: from the lesson, or from the note of a preset.

    holds: whether they are true of the trace of a preset (by default the first) under options.
    """

    key: str
    words: str
    holds: Callable[[Trace], Any]
    preset: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)  # in place of the preset's

    @property
    def trace(self) -> Trace:
        mechanism = KEYS[self.key]
        given = mechanism.presets[self.preset] if self.preset else mechanism.first
        return mechanism.trace({**given.inputs, **self.inputs}, given.labels, **{**given.options, **self.options})


def near(found: Any, *wanted: float, decimals: int = 2) -> bool:
    """Whether numbers are the ones that a sentence gives, as it rounds them."""
    return bool(np.allclose(np.ravel(found), wanted, rtol=0, atol=0.5001 * 10.0**-decimals))


def written(trace: Trace) -> str:
    """The words a decoder writes."""
    return " ".join(trace.output.axis("written").labels)


def strength(trace: Trace, base_name: str = "state") -> np.ndarray:
    """The influence of every encoder state on every step of the decoder."""
    return influence(trace, base_name, 8)


def drawn(trace: Trace, key: str, number: int) -> dict[str, np.ndarray]:
    """The series of a picture of a lesson, by name."""
    draw = KEYS[key].picture
    assert draw
    return {name: np.array(values) for name, values in draw(trace)[number].series.items()}  # type: ignore[attr-defined]


def bends(lines: dict[str, np.ndarray]) -> dict[str, bool]:
    """Whether each line differs from a straight one."""
    return {name: bool(np.abs(np.diff(line, 2)).max() > 1e-9) for name, line in lines.items()}


def long_text(length: int) -> Any:
    """The news of the lesson on long-range dependency, and so much filler after it."""
    return extended_text(np.array(KEYS["rnn-long-range-dependency"].first.inputs["X"]), length)[:length]


def counts(length: int = 0, rho: str = "") -> list[float]:
    """Steps of the recorded experiment: of attention over the lengths, or of the runs of a recurrence, sorted."""
    found = read_json("experiments/rnn-training-steps.json")
    if not rho:
        return list(found["attention"])
    runs = found["recurrence"][rho][found["tokens"].index(length)]
    return sorted(np.inf if each is None else each for each in runs)


def repeated(trace: Trace, most: int) -> bool:
    return len(set(trace.output.axis("written").labels)) <= most


CLAIMS = [
    # words as tokens
    Claim(
        "illustrated-self-attention",
        "The row of “bank” holds as much water as money. Its output holds more water",
        lambda t: t["X"].value[2, 0] == t["X"].value[2, 1] and t.output.value[2, 0] > 2 * t.output.value[2, 1],
        "words",
    ),
    Claim("database-lookup", "the values are ages", lambda t: t["hard answer"].value == 50 and t.output.value > 40),
    Claim(
        "database-lookup",
        "temperature 1 answers about 35",
        lambda t: near(t.output.value, 35, decimals=0),
        "near",
    ),
    # the Transformer block
    Claim(
        "transformer-block",
        "the spread is below a hundred-thousandth after two layers",
        lambda t: t["spread"].value[2] < 1e-5,
        "alike",
    ),
    *(
        claim
        for preset in ("post", "pre", "decoder")  # the others leave out what the pictures put back
        for claim in (
            Claim(
                "transformer-block",
                "In the presets it falls below a millionth without sums",
                lambda t: drawn(t, "transformer-block", 1)["no residual sums"][-1] < 1e-6,
                preset,
            ),
            Claim(
                "transformer-block",
                "In the presets it passes ten million without norms, and stays below 200 with them",
                lambda t: all(
                    (line[-1] > 1e7) if name == "no norms" else (line.max() < 200)
                    for name, line in drawn(t, "transformer-block", 2).items()
                ),
                preset,
            ),
            Claim(
                "transformer-block",
                "With weights given, attention only adds rows up: in the last picture, a straight line",
                lambda t: (
                    bends(drawn(t, "transformer-block", 3))
                    == {"attention alone": False, "with ReLU": True, "with GELU": True}
                ),
                preset,
            ),
        )
    ),
    # the four wirings
    Claim("seq2seq-context-every-step", "the same word is written at every step", lambda t: repeated(t, 1)),
    Claim("seq2seq-context-every-step", "C A B C A B C C", lambda t: written(t) == "C A B C A B C C", "turning"),
    Claim(
        "seq2seq-autoregressive-decoder",
        "0.41 at the first step, then 0.09, 0.007 and 0.0005",
        lambda t: near(strength(t)[:2, -1], 0.41, 0.09) and near(strength(t)[2:, -1], 0.007, 0.0005, decimals=3),
    ),
    Claim(
        "seq2seq-autoregressive-decoder",
        "Reverse the source, and the words stay as they were",
        lambda t: written(t) == "A B C </s>",
        options={"reverse": True},
    ),
    Claim(
        "seq2seq-combined", "C is then written at every step", lambda t: written(t) == "C C C C", options={"gain": 4}
    ),
    Claim(
        "seq2seq-combined",
        "with the source reversed, A B A B",
        lambda t: written(t) == "A B A B",
        options={"gain": 4, "reverse": True},
    ),
    Claim("seq2seq-combined", "have influence exactly 0", lambda t: not strength(t)[:, :-1].any(), "six"),
    *(
        Claim(
            "seq2seq-attention",
            "A has its largest weight on a, B on b and C on c",
            lambda t: (
                [t["alignment"].axis("key").labels[j] for j in t["alignment"].value[:3].argmax(axis=1)] == [*"abc"]
            ),
            preset,
            {"reverse": reverse, "gain": gain},
        )
        for preset in ("three", "six")
        for reverse in (False, True)
        for gain in (0.1, 0.33, 1.0, 3.0)
    ),
    Claim(
        "seq2seq-attention",
        "the largest weight of every step is above 0.9",
        lambda t: (t["alignment"].value.max(axis=1) > 0.9).all(),
        options={"gain": 3.0},
    ),
    # attention in a decoder
    *(
        Claim(
            "bahdanau-attention",
            "With the first two presets the largest weight moves from Source 1 to 2 to 3",
            lambda t: [*t["alignment"].value.argmax(axis=1)] == [0, 1, 2],
            preset,
        )
        for preset in ("look", "gated")
    ),
    *(
        Claim(
            "luong-global-attention",
            "dot and general give most to Source 4, concat to Source 1, location to Source 3",
            lambda t: (
                t["attention weights"].value.argmax()
                == {"dot": 3, "general": 3, "concat": 0, "location": 2}[t.options["score"]]
            ),
            score,
        )
        for score in ("dot", "general", "concat", "location")
    ),
    Claim(
        "luong-global-attention",
        "the weights of concat move least with the state",
        lambda t: drawn(t, "luong-global-attention", 1)["another state"].argmin() == 2,
    ),
    Claim("luong-local-attention", "3 positions are left of 5", lambda t: t["window"].value.sum() == 3, "edge"),
    Claim("attention-decoder-step", "The table is all ones", lambda t: (t["wrong axis"].value == 1).all()),
    Claim(
        "attention-pooling",
        "“good” has the score 1.03 in the first preset and in “Not too good”",
        lambda t: near(t["scores"].value[2], 1.03),
        "other",
    ),
    Claim("attention-pooling", "0.37 beside “cheap”", lambda t: near(t["attention weights"].value[0], 0.37)),
    Claim(
        "attention-pooling",
        "0.72 beside words with smaller ones",
        lambda t: near(t["attention weights"].value[2], 0.72) and t["scores"].value.argmax() == 2,
        "other",
    ),
    # recurrence
    Claim(
        "rnn-gradient-flow",
        "at $\\rho = 1.2$ and inputs of size 1 the gradient vanishes",
        lambda t: t["gradient norms"].value[0, 0] < 0.01,
        "saturated",
    ),
    Claim(
        "rnn-gradient-flow", "With small inputs it does explode", lambda t: t["gradient norms"].value[0, 0] > 3, "rest"
    ),
    *(
        Claim(
            "rnn-long-range-dependency",
            "With $\\rho = 0.9$ it keeps less than the recurrence up to 18 tokens, and more from 19 on",
            lambda t, ahead=ahead: (t["memory"].value[0] > t["memory"].value[1]) == ahead,
            options={"match": 0.0},
            inputs={"X": long_text(length)},
        )
        for length, ahead in ((8, True), (18, True), (19, False), (32, False))
    ),
    Claim(
        "rnn-long-range-dependency",
        "after 32 tokens the distance is 1.03",
        lambda t: near(t["memory"].value[0], 1.03),
        options={"rho": 1.2},
        inputs={"X": long_text(32)},
    ),
    Claim(
        "rnn-training-steps",
        "13 to 24 at 8 tokens and 28 to 40 at 12, attention 41 and 57",
        lambda t: counts(8, "1") == [13, 23, 24] and counts(12, "1") == [28, 32, 40] and counts()[2:4] == [41, 57],
    ),
    Claim(
        "rnn-training-steps",
        "130 and above, and one run of 16 tokens had not finished after 1000",
        lambda t: min(counts(8, "0.5") + counts(12, "0.5")) == 130 and counts(16, "0.5")[-1] > 1000,
    ),
    Claim(
        "rnn-training-steps",
        "At 20 tokens attention needs fewer steps than every run of the recurrence",
        lambda t: all(counts()[-1] < min(counts(20, rho)) for rho in ("0.5", "0.9", "1")),
    ),
    Claim(
        "sequential-ops",
        "it is 67,584 against 32,768",
        lambda t: (lambda n, d: (4 * n * d**2 + 2 * n**2 * d, 2 * n * d**2))(t["n"].value[0], 64) == (67_584, 32_768),
        options={"d": 64},
    ),
    # channels, words and sentences
    Claim("han-simple", "“awful” gets 0.97 of its sentence", lambda t: near(t["word weights"].value[0, 3], 0.97)),
    Claim(
        "han-simple",
        "0.46 for “food” and 0.42 for “service”",
        lambda t: near([t["hidden words"].value[0, 1, 2], t["hidden words"].value[1, 2, 2]], 0.46, 0.42),
    ),
    Claim("han-simple", "with attention it is 0.87", lambda t: near(t.output.value[1], 0.87)),
    Claim(
        "senet",
        "the pixels of the other three channels are as in the first preset, and still their outputs differ",
        lambda t: (
            (t["U"].value[:3] == KEYS["senet"].trace()["U"].value[:3]).all()
            and (t["gates"].value != KEYS["senet"].trace()["gates"].value).all()
        ),
        "bright",
    ),
    *(
        Claim(
            "gau",
            "though another picture can open it again",
            lambda t, shut=shut: (t["gates"].value[1] == 0) == shut,
            options={"gate": "relu"},
            inputs={"F_high": KEYS["gau"].first.inputs["F_high"] + np.array([0, more]).reshape(2, 1, 1)},
        )
        for more, shut in ((0, True), (2, False))
    ),
    *(
        Claim(
            "ra-cnn",
            "the values stay the same, the gradient of the box changes",
            lambda t, down=down: (
                near(t.gradients(of="ranking loss")["gradient of box"].value[1], down, decimals=3)
                and near(t["ranking loss"].value, 0.104, decimals=3)
            ),
            options={"both": both},
        )
        for both, down in ((True, 0.034), (False, 0.014))
    ),
    # two sentences
    Claim("abcnn-3", "the number is 0.71, not 1", lambda t: near(t["window attention"].value[0, 0], 0.71)),
    Claim("abcnn-3", "−0.22 in ABCNN-1 and 0.09 here", lambda t: near(t.output.value, 0.09)),
    Claim("abcnn-1", "its cell is 1", lambda t: t["word attention"].value[0, 0] == 1),
    *(
        Claim(
            "abcnn-2",
            "every weight on the right is larger than in the first preset",
            lambda t: (t["right weights"].value > KEYS["abcnn-2"].trace(**t.options)["right weights"].value).all(),
            "padded",
            {"distance": distance},
        )
        for distance in (False, True)
    ),
    Claim(
        "abcnn-2",
        "one of them can fall",
        lambda t: t["left weights"].value[3] < KEYS["abcnn-2"].trace()["left weights"].value[3],
        inputs={"F_1": np.hstack([KEYS["abcnn-2"].first.inputs["F_1"], [[3.87], [3.69]]])},
    ),
    Claim(
        "mwan",
        "concat, dot and minus give the equal word the largest weight, bilinear a word that points the other way",
        lambda t: [*t["attention weights"].value[:, 0].argmax(axis=1)] == [0, 3, 0, 0],
    ),
    # memory, layers, lags
    Claim(
        "sab",
        "it is 0.95 with the same cuts, 92 % of what it is without any cut",
        lambda t: (
            near(drawn(t, "sab", 1)["SAB"][1], 0.95)
            and near(drawn(t, "sab", 1)["SAB"][1] / drawn(t, "sab", 1)["SAB, never cut"][1], 0.92)
        ),
        options={"way": "SAB, never cut"},
    ),
    Claim("sab", "At moments 3 and 9 it is exactly 0", lambda t: not drawn(t, "sab", 1)["SAB"][[2, 8]].any()),
    Claim(
        "stacked-latent-attention",
        "0.71 at one layer, 0.27 at six, 0.12 at eight",
        lambda t: near(drawn(t, "stacked-latent-attention", 2)["with the side path"][[0, 4, 5]], 0.71, 0.27, 0.12),
    ),
    Claim(
        "stacked-latent-attention",
        "between 0.43 and 0.55 at every depth",
        lambda t: near(
            [f(drawn(t, "stacked-latent-attention", 2)["content only, residual query"]) for f in (np.min, np.max)],
            0.43,
            0.55,
        ),
    ),
    Claim(
        "stacked-latent-attention",
        "falls to less than a tenth with every further layer",
        lambda t: (lambda found, depth: (found[1:] < found[:-1] * 0.1 ** np.diff(depth)).all())(
            drawn(t, "stacked-latent-attention", 2)["content only"], [1, 2, 3, 4, 6, 8]
        ),
    ),
    Claim(
        "transparent-attention",
        "its length is 0.86 on top and 0.05 there",
        lambda t: near(drawn(t, "transparent-attention", 1)["the top layer alone"][[-1, 0]], 0.86, 0.05),
        "top",
    ),
    Claim(
        "transparent-attention",
        "0.17 on top and 0.11 at the embeddings",
        lambda t: near(drawn(t, "transparent-attention", 1)["a mixture of all"][[-1, 0]], 0.17, 0.11),
    ),
    Claim(
        "advanced-lstm",
        "18 times as strongly as in an ordinary LSTM with the same matrices (0.0207 against 0.0011)",
        lambda t: near([each[0] for each in drawn(t, "advanced-lstm", 1).values()], 0.0207, 0.0011, decimals=4),
    ),
    Claim(
        "pervasive-attention",
        "when the last word is changed, earlier rows change too",
        lambda t: (drawn(t, "pervasive-attention", 1)["with this mask"][:-1] > 0).all(),
        "open",
    ),
    Claim(
        "bottom-up-top-down",
        "another region has the largest weight at each word",
        lambda t: len({*t["alignment"].value.argmax(axis=1)}) == 3,
    ),
]


@pytest.mark.parametrize("claim", [pytest.param(each, id=f"{each.key}-{n}") for n, each in enumerate(CLAIMS)])
def test_a_figure_in_a_sentence_holds_where_it_says(claim: Claim) -> None:
    notes = (preset.note for preset in KEYS[claim.key].presets.values())
    assert claim.words in "\n".join((*lesson.source(claim.key).values(), *notes))
    assert claim.holds(claim.trace)
