"""python -m tools.site [--to FOLDER] [--app ADDRESS] [--pyodide FOLDER]: the atlas as static files, and their size."""

from __future__ import annotations

import argparse
import gzip
import time
from pathlib import Path

from .build import ROOT, build


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "site", help="folder, emptied first")
    parser.add_argument("--app", default="", help="address of the app, for links to what only it can do")
    parser.add_argument("--only", nargs="*", default=(), help="keys of the only lessons that are written")
    parser.add_argument("--pyodide", type=Path, help="folder with Pyodide and NumPy, for Python behind the pages")
    asked = parser.parse_args()
    begin = time.monotonic()
    build(asked.to, asked.app, asked.only, pyodide=asked.pyodide)
    files = [file for file in asked.to.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    packed = sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)
    took = time.monotonic() - begin
    print(f"{asked.to}: {len(files)} files, {size / 1e6:.1f} MB, {packed / 1e6:.2f} MB gzipped, in {took:.0f} s")


if __name__ == "__main__":
    main()
