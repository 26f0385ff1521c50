"""The package: the core alone traces every lesson, the app lies beside it as it lies here, pins are said once."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import numpy as np
import pytest

from attention_core import CURRICULUM

ROOT = Path(__file__).parents[1]
EXTRAS = (
    ("app", "requirements.txt"),
    ("models", "requirements-models.txt"),
    ("notebook", "requirements-notebook.txt"),
)
TRACED = """
import sys
sys.path[:0] = [{wheel!r}]
sys.path.append({numpy!r})
import attention_core
assert attention_core.__file__.startswith({wheel!r}), attention_core.__file__
for mechanism in attention_core.CURRICULUM:
    assert len(mechanism.trace()) > 1
    assert mechanism.trace().to_numpy_code()
found = {{name.partition(".")[0] for name in sys.modules}}
others = found & {{"streamlit", "pandas", "plotly", "ui", "attention_stage"}}
assert not others, others
shown = attention_core.CURRICULUM[0].trace().show()
assert "notebook" in shown.why
assert "<table>" in shown._repr_html_()
print(len(attention_core.CURRICULUM))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked into an empty folder."""
    made, unpacked = tmp_path_factory.mktemp("made"), tmp_path_factory.mktemp("unpacked")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(made.glob("*.whl"))) as archive:
        archive.extractall(unpacked)
    return unpacked


def test_the_core_alone_traces_every_lesson(wheel: Path, tmp_path: Path) -> None:
    """With no site-packages but NumPy's, and no repository in sight."""
    (tmp_path / "numpy").symlink_to(Path(np.__file__).parent)
    libraries = Path(np.__file__).parents[1] / "numpy.libs"
    if libraries.is_dir():
        (tmp_path / "numpy.libs").symlink_to(libraries)
    script = TRACED.format(wheel=str(wheel), numpy=str(tmp_path))
    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    assert int(found.stdout) == len(CURRICULUM)


def test_the_app_lies_in_the_package_as_it_lies_here(wheel: Path) -> None:
    for name in ("app.py", "pages/home.py", "ui/launch.py", ".streamlit/config.toml", "static/inter.woff2"):
        assert (wheel / "attention_atlas" / name).read_bytes() == (ROOT / name).read_bytes()
    for folder in ("lessons/en", "stage"):
        here, there = ROOT / "assets" / folder, wheel / "attention_atlas" / "assets" / folder
        assert {file.name for file in here.iterdir()} == {file.name for file in there.iterdir()}


def test_the_stage_of_a_notebook_finds_its_script_in_the_package(wheel: Path) -> None:
    pytest.importorskip("anywidget", reason="requirements-notebook.txt is not installed")
    script = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); import attention_stage.notebook as found;"
        f"assert found.__file__.startswith({str(wheel)!r}); print(len(str(found.StageWidget._esm)))"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=wheel, check=True, capture_output=True, text=True)
    assert int(found.stdout) == len((ROOT / "assets" / "stage" / "built" / "notebook.js").read_text(encoding="utf-8"))


def test_extras_are_what_the_files_of_requirements_pin(wheel: Path) -> None:
    info = next(wheel.glob("*.dist-info"))
    metadata = message_from_string((info / "METADATA").read_text(encoding="utf-8"))
    needed = metadata.get_all("Requires-Dist", [])
    for extra, file in EXTRAS:
        found = {each.partition(";")[0].strip() for each in needed if re.search(f"extra == .{extra}.", each)}
        pins = (ROOT / file).read_text(encoding="utf-8").splitlines()
        assert found == {line for line in pins if re.match(r"\w", line)}
    assert "attention-atlas = attention_atlas.ui.launch:main" in (info / "entry_points.txt").read_text(encoding="utf-8")
