"""Takes the picture in the README: starts the app, opens the first lesson in Chromium, saves docs/lesson.png."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "lesson.png"
LESSON = "illustrated-self-attention"
PATIENCE = 60  # seconds for the server to answer
QUIET = (  # as root in a container, without a graphics card, and without calling anybody
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def served() -> Iterator[str]:
    """The address of a running app, which ends with the block."""
    address = f"127.0.0.1:{free_port()}"
    host, port = address.split(":")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.address={host}", f"--server.port={port}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(server, f"http://{address}/_stcore/health")
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(server: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise SystemExit(f"the app ended early with status {server.returncode}")
        try:
            urlopen(url, timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"the app did not answer within {PATIENCE} seconds")


def take(address: str) -> None:
    chromium = shutil.which("chromium") or sys.exit("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        page.goto(f"{address}/{LESSON}")
        page.wait_for_selector(".atlas td.current")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(1000)  # what has just changed is shown for a moment; a still picture should not have it
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    with served() as running:
        take(running)
    print(f"saved {PICTURE.relative_to(ROOT)}")
