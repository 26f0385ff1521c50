"""What goes into the image is enough, and what is written about deployment is as the code has it.

Docker runs in no test. What of the files can be checked without it is checked here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.classroom.conftest import needed
from tests.test_packaging import packed
from tools.serving import ROOT, Server, running

CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
USER = 10001


def copied() -> list[str]:
    """Names in the repository that the last stage copies."""
    lines = [line.split() for line in CONTAINERFILE.splitlines() if line.startswith("COPY") and "--from" not in line]
    return [name for _, *names, _target in lines for name in names if name != "requirements.txt"]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with what is copied, in which nothing can be written."""
    folder = tmp_path / "app"
    folder.mkdir()
    for name in copied():
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    for each in (folder, *folder.rglob("*")):
        each.chmod(each.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    return folder


def test_what_is_copied_is_enough_and_nothing_is_written_beside_it(image: Path, tmp_path: Path) -> None:
    before = sorted(image.rglob("*"))
    environment = {
        **os.environ,
        "PYTHONPATH": "",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path / "nowhere"),
        "ATLAS_CLASS_FILE": str(tmp_path / "data" / "classes.sqlite3"),
    }
    server = Server(tmp_path / "log.txt", image / "app.py", image, environment)
    with running(server):
        with urlopen(Request(f"{server.url}/rope?lang=zh", headers={"accept": "text/html"}), timeout=20) as answer:
            assert "旋转位置" in answer.read().decode()
        for path in ("/healthz", "/atlas/find-1.json", "/app/static/inter.woff2"):
            with urlopen(f"{server.url}{path}", timeout=20) as answer:
                assert answer.status == 200, path
                if path == "/healthz":
                    assert json.load(answer) == {"pages": "ok", "classes": "ok"}
    assert sorted(image.rglob("*")) == before


def test_the_image_has_what_the_package_has() -> None:
    assert {*copied()} == {*packed()}


def test_a_linter_finds_nothing_in_the_containerfile() -> None:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    program = shutil.which("hadolint", path=path)
    if program is None:
        pytest.skip('the command "hadolint" was not found: it comes with requirements-dev.txt')
    found = subprocess.run([program, "Containerfile"], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_the_image_runs_as_nobody_and_says_whether_it_is_well() -> None:
    assert re.search(rf"^USER {USER}$", CONTAINERFILE, re.MULTILINE)
    assert f"--uid {USER}" in CONTAINERFILE
    assert "HEALTHCHECK" in CONTAINERFILE
    port = re.search(r"--server\.port=(\d+)", CONTAINERFILE)
    assert port
    assert f"EXPOSE {port[1]}" in CONTAINERFILE
    assert f":{port[1]}/_stcore/health" in CONTAINERFILE
    assert f"atlas:{port[1]} " in (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")


def test_the_proxy_takes_its_settings() -> None:
    """As they are in the file, before any replica is there."""
    checked = subprocess.run([needed("haproxy"), "-c", "-f", "deploy/haproxy.cfg"], cwd=ROOT, capture_output=True)
    assert checked.returncode == 0, checked.stderr


def test_settings_are_those_that_the_code_reads() -> None:
    """A name that is misspelled in a file would do nothing, and nobody would be told."""
    read = set()
    for file in (ROOT / "ui").rglob("*.py"):
        read |= set(re.findall(r'"(ATLAS_[A-Z_]+)"', file.read_text(encoding="utf-8")))
    ours = {"ATLAS_COOKIE_SECRET", "ATLAS_PORT"}  # read by compose itself
    for text in (CONTAINERFILE, COMPOSE, (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")):
        assert set(re.findall(r"ATLAS_[A-Z_]+", text)) <= read | ours


def test_only_the_proxy_is_reached_from_outside() -> None:
    services = re.split(
        r"^  (\w+):$", COMPOSE.partition("services:\n")[2].partition("\nnetworks:")[0], flags=re.MULTILINE
    )
    by_name = dict(zip(services[1::2], services[2::2], strict=True))
    assert [name for name, text in by_name.items() if "ports:" in text] == ["proxy"]
    assert [name for name, text in by_name.items() if "outside" in text] == ["proxy"]
    assert "inside: {internal: true}" in COMPOSE
    assert all("read_only: true" in text for text in by_name.values())
