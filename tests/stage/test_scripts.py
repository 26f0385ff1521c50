"""The stage's modules without a browser: their own tests, and the bundles that browsers get."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from attention_core import CURRICULUM
from ui.export import handout
from ui.share import decode
from ui.stage import built

tools = pytest.importorskip("tools.stage", reason="Node comes with requirements-dev.txt", exc_type=ImportError)
needs_tools = pytest.mark.skipif(not tools.TOOLS.is_dir(), reason="python -m tools.stage install")


def test_the_modules_pass_their_own_tests() -> None:
    command = [tools.NODE, "--test", "--test-force-exit", "--test-reporter=tap", "tests/stage/*.test.js"]
    found = subprocess.run(command, cwd=tools.ROOT, capture_output=True, text=True, encoding="utf-8")
    assert found.returncode == 0, found.stdout[-5000:] + found.stderr[-2000:]
    assert int(found.stdout.partition("# pass ")[2].split()[0]) > 100


@needs_tools
def test_the_bundles_are_made_of_todays_modules(tmp_path: Path) -> None:
    assert tools.build(tmp_path) == 0
    fresh = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    kept = {file.name: file.read_text(encoding="utf-8") for file in tools.BUILT.iterdir()}
    assert fresh.keys() == kept.keys()
    assert [name for name in fresh if fresh[name] != kept[name]] == [], "make stage"


@pytest.mark.parametrize("name", tools.COMPONENTS)
def test_a_bundle_needs_nothing_else(name: str) -> None:
    later = 1 if name == "microscope" else 0  # the stage, once a head is opened
    assert built(name).count("import(") == later
    assert "import{" not in built(name)
    assert "</script" not in built(name)


def test_every_module_begins_with_its_purpose() -> None:
    modules = [file for file in tools.STAGE.rglob("*.js") if file.parent != tools.BUILT]
    assert len(modules) > 40
    for file in modules:
        assert file.read_text(encoding="utf-8").startswith("// "), file


def test_a_module_of_an_inner_folder_imports_no_outer_one() -> None:
    """The model knows nothing of the page; what is drawn knows nothing of hands, and neither of the talk."""
    allowed = {"model": {"model"}, "draw": {"draw", "model"}, "hands": {"hands", "draw", "model"}, "talk": {"talk"}}
    allowed["pictures"] = {"pictures", "draw", "model", "talk", "scope"}
    allowed["classroom"] = {"classroom", "draw", "model", "talk"}
    allowed["site"] = {"site", "draw", "model", "pictures", "talk", "stage.js"}
    allowed["scope"] = {"scope", "draw", "model", "talk"}
    for folder, inner in allowed.items():
        for file in (tools.STAGE / folder).glob("*.js"):
            sources = re.findall(r'^(?:import|\}).*"([^"]+)";$', file.read_text(encoding="utf-8"), re.MULTILINE)
            inside = (source for source in sources if source.startswith("../") and not source.endswith(".css"))
            outer = {source.split("/")[1] for source in inside}
            assert outer <= inner, file


def test_the_handout_holds_one_script() -> None:
    page = handout(decode(CURRICULUM[0], {}))
    assert page.count('<script type="module">') == 1
    assert built("handout") in page
