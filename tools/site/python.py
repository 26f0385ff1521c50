"""Python behind the pages: Pyodide with NumPy, and what `tools.site.answers` needs, in one folder of the site.

Pyodide is not part of this project: somebody has fetched it, and names its folder. Of that folder the interpreter, the
standard library and NumPy are copied; which NumPy, its own list says.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = "python"  # of the site
WORKER = Path(__file__).parent / "python.js"
LIST = "pyodide-lock.json"
INTERPRETER = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", LIST)
OWN = ("attention_core", "attention_stage", "ui", "tools")
DATA = ("attention_core/data/**/*", "assets/lessons/**/*", "assets/notation/**/*.toml", "locale/**/*.po")
# What is imported when the module that answers is, as the names of modules and their files.
IMPORTS = """
import json, sys, tools.site.answers
found = {name: module.__file__ for name, module in sys.modules.items() if getattr(module, "__file__", None)}
print(json.dumps(found))
"""


def write(site: Path, pyodide: Path) -> None:
    """The folder FOLDER of a site. Raises FileNotFoundError where the folder of Pyodide lacks something."""
    names = [*INTERPRETER, *wheels(pyodide)]
    missing = [name for name in names if not (pyodide / name).is_file()]
    if missing:
        raise FileNotFoundError(f"{pyodide} has no {', '.join(missing)}")
    folder = site / FOLDER
    folder.mkdir(parents=True)
    for name in names:
        shutil.copyfile(pyodide / name, folder / name)
    shutil.copyfile(WORKER, folder / "worker.js")
    pack(folder / "core.zip")


def wheels(pyodide: Path) -> list[str]:
    """The files of NumPy and of what it needs, as the folder's own list names them."""
    file = pyodide / LIST
    if not file.is_file():
        return []  # missed by the caller
    packages = json.loads(file.read_text(encoding="utf-8"))["packages"]
    found: dict[str, str] = {}
    wanted = ["numpy"]
    while wanted:
        package = packages[wanted.pop()]
        found[package["name"]] = package["file_name"]
        wanted += [name for name in package["depends"] if name not in found]
    return sorted(found.values())


def pack(file: Path) -> None:
    """The modules that answer, all they import but NumPy, and the data they read, as one archive of a fixed date."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, source in sorted({**dict(_modules()), **dict(_data())}.items()):
            archive.writestr(zipfile.ZipInfo(name), source.read_bytes(), zipfile.ZIP_DEFLATED)


def _modules() -> Iterator[tuple[str, Path]]:
    """Names in the archive and files: single modules of this project, other packages whole, for they have data too."""
    command = [sys.executable, "-c", IMPORTS]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    standard = {*sys.stdlib_module_names, "numpy", "__main__"}
    for name, found in json.loads(said).items():
        top, file = name.partition(".")[0], Path(found)
        if top in OWN:
            yield file.relative_to(ROOT).as_posix(), file
        elif name == top not in standard and file.name == "__init__.py" and not top.startswith("_"):
            yield from _installed(top)


def _installed(package: str) -> Iterator[tuple[str, Path]]:
    """All files of what brought a package, with its licence and what says its version, for which some ask."""
    for name in packages_distributions()[package]:
        for file in distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                yield file.as_posix(), Path(str(file.locate()))


def _data() -> Iterator[tuple[str, Path]]:
    for pattern in DATA:
        yield from ((file.relative_to(ROOT).as_posix(), file) for file in ROOT.glob(pattern) if file.is_file())


def megabytes(site: Path) -> int:
    """How much of a site is Python, and is fetched later."""
    return round(sum(file.stat().st_size for file in (site / FOLDER).glob("*")) / 1e6)
