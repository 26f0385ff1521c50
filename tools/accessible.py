"""python -m tools.accessible [PATH ...]: what axe calls serious or critical on any page.

In light and in dark, and with each dialog of a lesson open. The tests ask the same of a sample of pages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Page

from attention_core import CURRICULUM
from ui.front import HAND_WRITTEN, UNLISTED

from .serving import DESK, Server, chromium, running

GRAVE = ("serious", "critical")
DIALOGS = ("Share", "Export", "Teach")
LESSONS = tuple(mechanism.key for mechanism in CURRICULUM)
PATHS = ("", *HAND_WRITTEN, *UNLISTED, *LESSONS)
PATIENCE = 60_000
REST = '[data-testid="stApp"][data-test-script-state="notRunning"]'
DIALOG = '[role="dialog"]:not([aria-modal="false"])'  # not the tour's card, which stands beside the page


def findings(page: Page, within: str | None = None, rules: Sequence[str] = ()) -> list[str]:
    """Rule, element and reason of what axe finds grave.

    within: a selector of the only part to look at. rules: the only rules to look for; by default all.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}  # of what is in order no list is made: that takes long
    if rules:
        options["runOnly"] = list(rules)
    violations = Axe().run(page, within, options).response["violations"]
    return [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def in_both_themes(page: Page, within: str | None = None) -> Iterator[str]:
    """Everything in light; in dark the colours, which alone are others there."""
    for theme, rules in (("light", ()), ("dark", ("color-contrast",))):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        if page.locator(".atlas").count():
            page.locator(f".atlas[data-theme={theme}]").first.wait_for(state="attached")
        page.wait_for_timeout(400)
        yield from (f"{theme}: {found}" for found in findings(page, within, rules))
    page.emulate_media(color_scheme="light")


def arrive(page: Page, address: str) -> None:
    """Open a page and wait until its script and the stage have come to rest."""
    page.goto(address)
    page.wait_for_selector("h1", state="attached")
    page.wait_for_selector(REST)
    page.wait_for_selector("[data-testid=stSkeleton]", state="detached")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(700)


def in_dialogs(page: Page) -> Iterator[str]:
    """What is found in the dialogs of a lesson, each of them open."""
    for name in DIALOGS:
        page.get_by_role("button", name=name, exact=False).first.click()
        page.wait_for_selector(f"{DIALOG} :is(button.copy, button[data-format=svg], [data-testid=stDownloadButton])")
        page.wait_for_selector(REST)
        yield from (f"{name}, {found}" for found in in_both_themes(page, DIALOG))
        page.keyboard.press("Escape")
        page.wait_for_selector(DIALOG, state="detached")


def on_page(page: Page, address: str, path: str) -> Iterator[str]:
    """All findings of one page."""
    arrive(page, f"{address}/{path}")
    yield from in_both_themes(page)
    if path in LESSONS:
        yield from in_dialogs(page)


def seen(context: BrowserContext, address: str, path: str) -> Iterator[str]:
    """All findings of one page, opened anew; that it could not be looked at to its end is one, too."""
    page = context.new_page()
    try:
        yield from on_page(page, address, path)
    except Error as problem:
        yield f"was not looked at to its end: {problem.message}"
    finally:
        page.close()


def report(paths: Sequence[str]) -> int:
    """Print all findings of these pages. Returns how many there are."""
    count = 0
    with running(Server()) as server, chromium() as browser:
        context = browser.new_context(viewport=DESK, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        for path in paths:
            for found in seen(context, server.url, path):
                print(f"{path or 'home'}: {found}\n", flush=True)
                count += 1
            print(f"{path or 'home'}: seen", file=sys.stderr, flush=True)
    return count


if __name__ == "__main__":
    sys.exit(1 if report(sys.argv[1:] or PATHS) else 0)
