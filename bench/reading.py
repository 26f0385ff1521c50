"""Typing a date of 25 characters, until the whole alignment is on screen: the trained translator in a real browser."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tools.serving import chromium

from .numbers import Goal, Report, median, spread
from .server import lesson_server

WITHIN, REPEATS, QUICK_REPEATS = 300, 20, 6
DATES = [(f"thursday {10 + n} november {1950 + n}", f"{1950 + n}-11-{10 + n}") for n in range(REPEATS)]
# From Enter inside the page to the frame in which the alignment has been drawn with all that is written.
TYPED = """async (wanted) => {
  const figure = [...document.querySelectorAll("*")].map((node) => node.shadowRoot?.querySelector("figure")).find((found) => found?.querySelector(".player"));
  const started = performance.now();
  const shown = new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (figure.querySelector("output").textContent !== wanted) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
    });
    watch.observe(figure, { subtree: true, childList: true, characterData: true });
  });
  const key = { key: "Enter", code: "Enter", keyCode: 13, which: 13, bubbles: true };
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
  return shown;
}"""  # noqa: E501


def measure(quick: bool = False) -> list[Report]:
    with chromium() as browser, lesson_server() as lesson:
        taken = typed(browser, lesson.url, QUICK_REPEATS if quick else REPEATS)
    report = Report("Typing: median / p95 in ms", ("text", "times", "from Enter to the whole alignment"))
    report.add(("25 characters", len(taken), spread(taken)))
    shown = f"{median(taken):.0f} ms"
    report.goals.append(Goal(f"a typed date is read within {WITHIN} ms", shown, median(taken) <= WITHIN))
    report.notes.append(
        "The server reads the text, computes every step and sends the alignment; nothing is computed in the browser."
    )
    return [report]


def typed(browser: Browser, url: str, repeats: int) -> list[float]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{url}/date-translator")
    expect(page.locator(".player output")).not_to_be_empty()
    page.wait_for_timeout(1500)
    return [_once(page, *DATES[n]) for n in range(repeats)]


def _once(page: Page, text: str, wanted: str) -> float:
    page.get_by_role("textbox").first.fill(text)
    found: float = page.evaluate(TYPED, wanted)
    page.wait_for_timeout(600)
    return found
