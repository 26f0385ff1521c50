"""Files of the browser's that tools write are today's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from attention_core.engine.sentences import SENTENCES
from tools.functions import files

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_a_generated_file_is_todays(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path], "run `make functions`"


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_of_both_sides_is_typed_once(name: str) -> None:
    """Not in another module of Python, and in no script but the generated one."""
    part = max(re.split(r"\{\w+\}", SENTENCES[name]), key=len)
    scripts = (path for path in (ROOT / "assets" / "stage").rglob("*.js") if "built" not in path.parts)
    modules = (path for folder in ("attention_core", "ui", "pages") for path in (ROOT / folder).rglob("*.py"))
    found = {path.name for path in (*scripts, *modules) if part in path.read_text(encoding="utf-8")}
    assert found == {"sentences.py", "sentences.js"}
