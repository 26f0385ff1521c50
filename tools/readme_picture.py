"""Takes the picture in the README: starts the app, opens the first lesson in Chromium, saves docs/lesson.png."""

from __future__ import annotations

from .serving import DESK, ROOT, Server, chromium, running

PICTURE = ROOT / "docs" / "lesson.png"
LESSON = "illustrated-self-attention"


def take(address: str) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport=DESK, color_scheme="light")
        page.goto(f"{address}/{LESSON}")
        page.wait_for_selector(".atlas td.current")
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(1000)  # what has just changed is shown for a moment; a still picture should not have it
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    with running(Server()) as server:
        take(server.url)
    print(f"saved {PICTURE.relative_to(ROOT)}")
