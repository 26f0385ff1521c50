"""The package: the core alone traces every lesson, the app lies beside it as it lies here, pins are said once."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from attention_core import CURRICULUM
from tests import sampling
from tests.browser.watch import Watch
from tools.serving import Server, running

ROOT = Path(__file__).parents[1]
LESSON = CURRICULUM[0]
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


def packed() -> dict[str, str]:
    """Where files and folders of the repository are in the package."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    return {**wheel["force-include"], **{name: name for name in wheel["packages"]}}


def packaged(wheel: Path, folder: Path) -> Server:
    """The app of the package, run in an empty folder as `attention-atlas` would."""
    empty = folder / "empty"
    empty.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(wheel), "PYTHONDONTWRITEBYTECODE": "1"}
    return Server(folder / "log.txt", wheel / "attention_atlas" / "app.py", empty, environment)


def answer(address: str) -> str:
    with urlopen(Request(address, headers={"accept": "text/html"}), timeout=20) as found:
        body = found.read()
        return (gzip.decompress(body) if found.headers["content-encoding"] == "gzip" else body).decode(errors="replace")


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


def tracked(*names: str) -> list[str]:
    """Files of the repository in these folders, or of these names."""
    found = subprocess.run(
        ["git", "ls-files", "-z", "--", *names], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [name for name in found.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_file_of_the_app_lies_in_the_package_as_it_lies_here(wheel: Path) -> None:
    for name, there in packed().items():
        files = tracked(name)
        assert files, name
        for file in files:
            inside = wheel / (there + file.removeprefix(name))
            assert inside.is_file(), file
            assert inside.read_bytes() == (ROOT / file).read_bytes(), file


def test_the_app_runs_from_the_package_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """All that is served before a browser does anything, in both languages; nothing comes from the repository."""
    with running(packaged(wheel, tmp_path)) as server:
        assert "who asks" in answer(f"{server.url}/{LESSON.key}")
        assert "算例" in answer(f"{server.url}/{LESSON.key}?lang=zh")
        assert len(answer(f"{server.url}/app/static/inter.woff2")) > 10_000
        assert "A lesson of 90 minutes" in answer(f"{server.url}/docs/teachers.html")
        assert "For operators" in answer(f"{server.url}/docs")
        addresses = re.findall(r'(?:src|href)="\./(atlas/[^"]+)', answer(f"{server.url}/?lang=zh"))
        assert len(addresses) >= 2
        assert all(len(answer(f"{server.url}/{each}")) > 1000 for each in addresses)


@pytest.mark.browser
@pytest.mark.skipif(not sampling.everything, reason="with --all alone")
def test_pages_of_the_package_open_without_an_error(wheel: Path, tmp_path: Path, browser: Browser) -> None:
    with running(packaged(wheel, tmp_path)) as server:
        for path in ("", f"{LESSON.key}?lang=zh", "find-my-bug", "detective", "microscope", "join"):
            page, watch = browser.new_page(), Watch()
            watch.page(page)
            page.goto(f"{server.url}/{path}")
            expect(page.locator("[data-testid=stApp]")).to_have_attribute("data-test-script-state", "notRunning")
            expect(page.locator("[data-testid=stMain] h1").first).to_be_visible()
            expect(page.locator("[data-testid=stException]")).to_have_count(0)
            page.close()
            watch.assert_clean()


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
