"""What makes the site an app that opens without a network: its manifest, its icons and its service worker."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from pathlib import Path

import numpy as np

from ui import front
from ui.home_sentence import PROMISE

from . import python

WORKER = Path(__file__).parent / "worker.js"
SIZES = (192, 512)  # px of the icons that browsers ask for
BLUE = (40, 103, 178)
# The icon as a table of how strong each cell is: a row of weights for each of three queries.
CELLS = ((1.0, 0.35, 0.35), (0.35, 1.0, 0.35), (0.35, 0.35, 1.0))


def write(folder: Path) -> None:
    """The manifest, the icons, and last the worker, which keeps every file there is by then.

    Those of Python behind the pages it keeps when it is told to: once a page has fetched them.
    """
    for size in SIZES:
        (folder / "static" / f"icon-{size}.png").write_bytes(icon(size))
    (folder / "static" / "icon.png").write_bytes(icon(64))
    (folder / "site.webmanifest").write_text(json.dumps(manifest(), indent=1), encoding="utf-8")
    every = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    version = hashlib.sha256()
    for name in every:
        version.update(name.encode() + (folder / name).read_bytes())
    text = WORKER.read_text(encoding="utf-8")
    later = [name for name in every if name.startswith(f"{python.FOLDER}/")]
    filled = text.replace('"$VERSION"', json.dumps(version.hexdigest()[:16]))
    for place, files in (("FILES", [name for name in every if name not in later]), ("LATER", later)):
        filled = filled.replace(f'["${place}"]', json.dumps(files))
    (folder / "sw.js").write_text(filled, encoding="utf-8")


def manifest() -> dict[str, object]:
    """Everything relative: the site may lie anywhere."""
    icons = [{"src": f"static/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in SIZES]
    return {
        "name": front.NAME,
        "short_name": "Attention",
        "description": PROMISE,
        "start_url": "index.html",
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#2867b2",
        "icons": [*icons, *({**each, "purpose": "maskable"} for each in icons)],
    }


def icon(size: int) -> bytes:
    """A square PNG: cells of a table of weights on blue, with room around them for masks of any shape."""
    shares = np.array(CELLS)
    many, edge = len(shares), size * 0.22
    side = (size - 2 * edge) / many
    where = (np.arange(size) + 0.5 - edge) / side
    place = np.floor(where).astype(int)
    inside = (place >= 0) & (place < many) & (np.abs(where - place - 0.5) < 0.42)
    bounded = place.clip(0, many - 1)
    strength = shares[np.ix_(bounded, bounded)] * np.outer(inside, inside)
    ground = np.array(BLUE)
    pixels = np.round(ground + (255 - ground) * strength[..., None]).astype(np.uint8)
    return _png(pixels)


def _png(pixels: np.ndarray) -> bytes:
    """Rows of red, green and blue as a PNG file. https://www.w3.org/TR/png, sections 5 and 11."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
