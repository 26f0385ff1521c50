"""What is shown to people is said through one function, and every translation fits its English."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from attention_core import CURRICULUM
from attention_core.engine.language import SOURCE, language, languages, say, say_many, speaking, speaks, term
from tools import translate
from ui.catalogues import LESSONS, catalogues
from ui.catalogues import read_po as entries_of
from ui.language import accepted_of, asked
from ui.lesson import headed, source

ROOT = translate.ROOT

# --- every sentence is said ------------------------------------------------------------------------------------------

# Texts that look like sentences and are shown to nobody, or are the same in every language: each with its reason.
NOT_SAID = {
    "attention weights|scaled scores|masked scores|head outputs|projected output|other sentence vector": "step names",
    r"gradient of.*|layer \{.*|option \{.*|difference in .*": "names of steps and of widgets",
    r"(?:top|bottom|middle) [\w{}]+|\{\} center": "places on a chart, in Plotly's words",
    r"BidiComponent|Button|ButtonGroup|Checkbox|Html|PageLink|\w+Color|\w*Font|Moment|Kept|Classroom": "names in code",
    r"C[cns]|Z[lp]|MutableMapping.*|e\.key.*|attention-atlas-plan|theme\..*|all starts|all guesses": "names in code",
    "NumPy|PyTorch|Streamlit|English|Inter|Inputs|Rows or columns|softmax|causal mask": "names, and keys",
    "Bark is .*|My puppy .*|the cat .*|one two .*|The capital .*": "examples that are data",
    r"unknown version.*|damaged or .*|no text|.* reads none": "reasons that no visitor sees",
    r".*(?:SELECT|INSERT|DELETE|UPDATE|BEGIN|AND|redis\.call) .*|.*font-face.*|.*import\(new URL.*|.*max-age.*": "code",
    r"other answers|\{\} to \{\}|below \{\}|\{\} and above": "names of bars, said in the browser",
    r"\{\} digits": "kept in a link, and said by precision_said",
    r".*\\.*|`.*": "patterns, formulas, code",
}
_NOT_SAID = re.compile("|".join(f"(?:{pattern})" for pattern in NOT_SAID), re.DOTALL)
_SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z(“\"{\d]|[a-z]+[.:?!]\)?$|^[A-Z][a-z]+$|\} [a-z]{2,}|[a-z]{2,}, [a-z{]")
SAYING = {"say", "to_say", "say_many", "Refusal", "term", "label_said"}
SILENT = {
    "compile",
    "fullmatch",
    "sub",
    "match",
    "search",
    "split",
    "findall",
    "cast",
    "TypeVar",
    "getattr",
    "markdown_it",
}
# Files that say nothing to visitors: the server's own, stores, and types.
SILENT_FILES = ("health.py", "server.py", "launch.py", "redis_store.py", "sqlite_store.py", "wire.py", "prepare.py")


def spoken_files() -> list[Path]:
    found = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "ui").rglob("*.py")]
    return sorted(file for file in found if file.name not in SILENT_FILES)


def unsaid(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of every literal that looks like a sentence and is not said."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text and _SENTENCE.search(re.sub(r"\{[^{}]*\}", "{}", text)) and not _is_no_text(node, above):
            yield getattr(node, "lineno", 0), text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _without_tags(node.value).strip()
    if isinstance(node, ast.JoinedStr):
        parts = (str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
        return _without_tags("".join(parts)).strip()
    return ""


def _without_tags(text: str) -> str:
    """What of HTML is read."""
    return re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]*>", "", text, flags=re.DOTALL)


def _is_no_text(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether it is a docstring, a key, compared, part of a longer text, said, or a name in code."""
    parent = above[node]
    if isinstance(parent, ast.Expr | ast.JoinedStr | ast.FormattedValue | ast.Compare | ast.Subscript | ast.Set):
        return True
    if isinstance(parent, ast.Dict) and node in parent.keys:
        return True
    if isinstance(parent, ast.keyword) and parent.arg in ("key", "name", "icon", "symbol", "html", "css", "js"):
        return True
    called = parent.func if isinstance(parent, ast.Call) else None
    name = getattr(called, "id", getattr(called, "attr", ""))
    return name in SAYING | SILENT or name.startswith("component")


@pytest.mark.parametrize("file", spoken_files(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_sentence_of_a_page_is_said(file: Path) -> None:
    found = [each for each in unsaid(ast.parse(file.read_text(encoding="utf-8"))) if not _NOT_SAID.fullmatch(each[1])]
    assert not found, "say these through say(), or give the reason in NOT_SAID"


def test_a_sentence_that_is_not_said_is_found() -> None:
    assert list(unsaid(ast.parse('st.button("Copy the link")'))) == [(1, "Copy the link")]
    assert list(unsaid(ast.parse('st.button(f"Copy {many} links")'))) == [(1, "Copy {} links")]
    assert not list(unsaid(ast.parse('st.button(say("Copy the link"), key="copy the link")')))


def test_what_is_said_within_an_f_string_reaches_the_catalogue() -> None:
    code = """f"{name} ({say(' by ').join(sizes)})"; say_many("{n} key", "{n} keys", n=n); say(name)"""
    assert list(translate.said_in_python(code.encode())) == [("{n} key", "{n} keys"), (" by ", "")]


# In scripts: names of classes, selectors, attributes, the grammar of MathML and SVG, names of keys.
NOT_SAID_IN_SCRIPTS = re.compile(
    r"[.#\[:].*|.*[<>=;].*|[a-z-]+(?: [a-z-]+)*(?: \{\})?|\S+|.*(?:px|color-mix|var\(|td:nth).*|application/\S+"
    r"|layer \{\}/.*|matrix \{.*|times 10 to the|tbody td.*|(?:input|textarea|button|select), .*|M\{.*"
    r"|\{\} (?:ms|of \{\})|Shift .*|\\\[.*|, divided by:|[×x] .*",
    re.DOTALL,
)
_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z(“{]|^[A-Z][a-z]+[.…:]?$")
BROWSER_FILES = [
    name for name in translate.sources() if name.endswith(".js") and not name.startswith("assets/stage/wire")
]


_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`', re.DOTALL)
_BEFORE = re.compile(
    rf"(?:\b(?:{'|'.join(translate.BROWSER)}|Error|RangeError)\(|[!=]==|\bcase|\bfrom|\bimport|\[)\s*$"
)


def unsaid_in(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string of a script that looks like a sentence and is not said."""
    for token in _TOKEN.finditer(text):
        if token[0][0] not in '"`' or _BEFORE.search(text[max(0, token.start() - 60) : token.start()]):
            continue
        said = re.sub(r"\$\{[^{}]*\}", "{}", token[0][1:-1]).strip()
        if _WORDS.search(said):
            yield text.count("\n", 0, token.start()) + 1, said


@pytest.mark.parametrize("name", BROWSER_FILES)
def test_every_sentence_of_a_script_is_said(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    plural = set(re.findall(r'sayMany\(\s*"[^"]*",\s*"([^"]*)"', text))
    found = [each for each in unsaid_in(text) if not NOT_SAID_IN_SCRIPTS.fullmatch(each[1]) and each[1] not in plural]
    assert not found, "say these through say(), or give the reason in NOT_SAID_IN_SCRIPTS"


# --- every sentence is in the catalogues, and translated -------------------------------------------------------------


def test_the_files_of_the_language_have_all_sentences_of_the_code() -> None:
    stale = [file.name for file, content in translate.files().items() if not _same(file, content)]
    assert not stale, "run `python -m tools.translate update`"


def _same(file: Path, content: bytes) -> bool:
    return file.exists() and file.read_bytes() == content


def test_no_translation_has_a_fault() -> None:
    assert not [f"{file.name}: {problem}" for file, problem in translate.problems()]


def test_nothing_is_untranslated() -> None:
    assert not [f"{file.name}: {english}" for file, english in translate.missing()]


LATIN = tomllib.loads((Path(__file__).parent / "latin_words.toml").read_text(encoding="utf-8"))


def test_no_english_word_is_left_but_names_code_and_examples() -> None:
    known = {word for group in LATIN.values() for word in group["words"].split()}
    found = {
        f"{file.name}: {word}"
        for file, _, said in translate.pairs()
        for word in translate.latin_words(said)
        if word not in known
    }
    assert not found


def test_every_exception_is_needed_and_has_a_reason() -> None:
    found = {word for _, _, said in translate.pairs() for word in translate.latin_words(said)}
    for group in LATIN.values():
        assert group["reason"]
        assert not [word for word in group["words"].split() if word not in found]


@pytest.mark.parametrize(
    ("english", "said", "problem"),
    [
        ("Row {row} is empty.", "第 {line} 行是空的。", "places differ"),
        ("The sum is $a + b$.", "和是 $a - b$。", "formulas"),
        ("Every query asks.", "每个问题都在问。", "查询"),
        ("Right, and so on.", "对, 等等。", "half-width"),
    ],
)
def test_a_fault_is_found(english: str, said: str, problem: str) -> None:
    [found] = translate.faults(english, said, {"query": ["查询"]})
    assert problem in found


def test_every_sentence_of_a_script_is_in_a_catalogue() -> None:
    """Also one that stands in the brackets of a method called `say`."""
    known = {english for area in translate.AREAS for english in translate.templates_of(area)}
    called = re.compile(r'(?<![.#\w])(?:say|toSay|saidParts|sayMany)\(\s*"((?:[^"\\])+)"')
    for name in BROWSER_FILES:
        assert {*called.findall((ROOT / name).read_text(encoding="utf-8"))} <= known, name


def test_catalogues_are_read_as_their_format_says() -> None:
    for file in catalogues(translate.LANGUAGE):
        theirs = {}
        for each in read_po(BytesIO(file.read_bytes()), locale=translate.LANGUAGE):
            key = each.id if isinstance(each.id, str) else each.id[0] if each.id else ""
            forms = (each.string,) if isinstance(each.string, str) else tuple(each.string)
            if key and all(forms):
                theirs[key] = forms
        assert entries_of(file.read_text(encoding="utf-8")) == theirs


# --- what is said ----------------------------------------------------------------------------------------------------


@pytest.fixture
def _tongue(monkeypatch: pytest.MonkeyPatch) -> None:
    from attention_core.engine import language as core

    monkeypatch.setattr(core, "_TEXTS", dict(core._TEXTS))
    monkeypatch.setattr(core, "_TERMS", dict(core._TERMS))
    said = {"Row {row}": ("Zeile {row}",), "Wrong {row}": ("Falsch {line}",), "{n} key": ("{n} Taste", "{n} Tasten")}
    speaks("de", lambda: said, lambda: {"scores": "Werte", "decoder": "Decoder", "=Bark": "Rinde"})


@pytest.mark.usefixtures("_tongue")
def test_a_sentence_is_said_in_the_language_in_force() -> None:
    with speaking("de"):
        assert say("Row {row}", row=2) == "Zeile 2"
        assert [say_many("{n} key", "{n} keys", n) for n in (1, 3)] == ["1 Taste", "3 Tasten"]
        assert term("decoder 2/scores") == "Decoder 2/Werte"
    assert say("Row {row}", row=2) == "Row 2"
    assert [say_many("{n} key", "{n} keys", n) for n in (1, 3)] == ["1 key", "3 keys"]


@pytest.mark.usefixtures("_tongue")
def test_english_is_said_where_a_translation_lacks_or_misnames_a_place() -> None:
    with speaking("de"):
        assert say("Column {column}", column=1) == "Column 1"
        assert say("Wrong {row}", row=1) == "Wrong 1"
    with speaking("xx"):
        assert language() == SOURCE


@pytest.mark.parametrize("mechanism", CURRICULUM, ids=lambda mechanism: mechanism.key)
def test_a_lesson_has_all_its_sections_in_every_language(mechanism: object) -> None:
    key = mechanism.key  # type: ignore[attr-defined]
    for name in languages():
        assert list(source(key, name)) == list(source(key, SOURCE))
        file = LESSONS / name / f"{key}.md"
        if file.exists():
            assert list(headed(file.read_text(encoding="utf-8"))) == list(source(key, SOURCE))


# --- which language --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,en;q=0.9,zh;q=0.8", "en"), ("fr,zh;q=0.5", "zh"), ("fr", "en"),
        ("", "en"), ("zh;q=0,en;q=0.1", "en"), ("de;q=x, zh-Hant-TW", "zh"),
    ],
)  # fmt: skip
def test_a_browser_says_which_language_it_wants(header: str, name: str) -> None:
    assert accepted_of(header) == name


def test_the_address_is_heard_before_the_session_and_the_browser() -> None:
    assert asked("en", "zh", "zh") == "en"
    assert asked("", "zh", "en") == "zh"
    assert asked("klingon", "", "zh") == "zh"
