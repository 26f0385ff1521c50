"""A teacher's whole way by keyboard, from opening a lesson to the end of the class: no click, every focus seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .sides import both_sides, class_server
from .stage_page import LONG, StagePage

KEY = "scaled-dot-product-attention"
MOST = 150  # presses of Tab until something counts as out of reach
# What has the focus, inside of whatever trees: its name, whether a ring is drawn around it, and whether it can be seen.
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return { name: "", part: "body", ring: true, seen: true };
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  let over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  while (over?.shadowRoot) {
    const inner = over.shadowRoot.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!inner || inner === over) break;
    over = inner;
  }
  const within = (node, whole) => {
    for (; node; node = node.assignedSlot ?? node.parentNode ?? node.host) if (node === whole) return true;
    return false;
  };
  const name = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent ?? "";
  return {
    name: name.trim().replace(/^[a-z_]+(?=[A-Z])/, "").slice(0, 80), // without the name of an icon
    part: at.localName,
    // In a field of text the caret shows where one is; its frame is another element's.
    ring: at.matches("textarea, input") || style.boxShadow !== "none" ||
      (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0),
    // The page itself has its ring along the edges of the window, whatever stands before its middle.
    seen: at.localName === "main" || within(over, at) || within(at, over) ||
      [...(at.labels ?? [])].some((label) => within(over, label)),
  };
}"""


def is_called(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("…") else name == wanted


@dataclass
class Keyboard:
    """A page that is used by its keyboard alone."""

    page: Page
    unseen: list[dict[str, Any]] = field(default_factory=list)  # what had the focus and did not show it

    def focused(self) -> dict[str, Any]:
        return dict(self.page.evaluate(FOCUSED))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, name: str, part: str = "", key: str = "Tab") -> None:
        """On to what has this name, or begins so where it ends in dots. Whatever has the focus on the way is seen."""
        passed = []
        for _ in range(MOST):
            found = self.focused()
            if is_called(found["name"], name) and found["part"].startswith(part):
                return
            self.press(key)
            passed.append(self.focused())
            self.unseen += [passed[-1]] if not passed[-1]["ring"] or not passed[-1]["seen"] else []
        raise AssertionError(f"{name or part} is not reached by {key}: {passed}")

    def does(self, name: str) -> None:
        self.to(name)
        self.press("Enter")

    def expect_focus(self, name: str) -> None:
        """The focus is here, or comes here."""
        wanted = f"([name]) => ({FOCUSED})().name.startsWith(name)"
        self.page.wait_for_function(wanted, arg=[name.rstrip("…")], timeout=LONG)


@dataclass
class Room:
    teacher: StagePage
    learner: StagePage
    keys: Keyboard  # the teacher's
    answers: Keyboard  # the learner's

    def of(self, side: StagePage) -> Locator:
        return side.page.locator("#atlas-class")

    @property
    def panel(self) -> Locator:
        return self.of(self.teacher).get_by_role("region", name="The question before the class")

    def asks(self, presses: int = 0, text: str = "") -> None:
        """Ask, with so many presses of an arrow from the kind of question before to the one that is meant."""
        self.keys.does("Ask")
        self.keys.press(*["ArrowDown"] * presses)
        if text:
            self.keys.to("The question")
            self.page_types(text)
        self.keys.does("Ask the class")
        self.keys.expect_focus("Fold")

    def page_types(self, text: str) -> None:
        self.teacher.page.keyboard.type(text)

    def puts_away(self) -> None:
        self.keys.does("Put away")
        self.keys.expect_focus("Ask")

    def answered(self, *keys: str) -> None:
        """The learner goes to the answer by Tab, and gives it."""
        expect(self.of(self.learner).locator(".answer, .choices")).to_be_visible()
        self.answers.press(*keys)
        expect(self.of(self.learner).get_by_text("Your answer is counted.")).to_be_visible()
        expect(self.panel).to_contain_text("1 of 1 answered")


@pytest.fixture
def room(
    patient: None, new_context: Callable[..., BrowserContext], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Room]:
    with class_server(tmp_path_factory) as server:
        sides = both_sides(server, new_context)
        for side in sides:
            side.page.set_default_timeout(LONG)
        yield Room(*sides, *(Keyboard(side.page) for side in sides))


def test_a_class_is_led_without_a_mouse(room: Room) -> None:
    keys, teacher = room.keys, room.teacher.open(KEY, step="attention weights")
    started(room)
    a_number(room)
    which_key(room)
    true_or_false(room)
    a_free_line(room)
    keys.does("Challenge")
    keys.expect_focus("Give it")
    keys.press("Enter")
    expect(room.of(teacher).get_by_text("0 of 1 have reached it")).to_be_visible()
    keys.expect_focus("Challenge")
    keys.does("End")
    keys.does("End the class")
    expect(room.of(teacher).get_by_text("The class has ended")).to_be_visible()
    expect(room.of(room.learner).get_by_text("This class is over.")).to_be_visible()
    assert (keys.unseen, room.answers.unseen) == ([], [])
    for side in (room.teacher, room.learner):
        side.watch.assert_clean()


def started(room: Room) -> None:
    """Teach, a class, and a learner who joins."""
    keys, teacher, learner = room.keys, room.teacher, room.learner
    keys.does("Skip to main content")
    keys.does("Teach")
    expect(teacher.dialog).to_be_visible()
    keys.does("Start a class…")
    keys.expect_focus("Start the class")
    keys.press("Enter")
    code = room.of(teacher).locator("p.letters").inner_text().replace(" ", "")
    keys.does("Close")
    keys.expect_focus("Code ")
    learner.page.goto(f"{learner.url}/join?code={code}")
    room.answers.expect_focus("Join")
    room.answers.press("Enter")
    expect(learner.stage.locator("td[data-step]").first).to_be_visible()
    expect(room.of(teacher)).to_contain_text("1 here · 1 follow · 0 roam")


def a_number(room: Room) -> None:
    """Two rounds about a cell that the keyboard has pinned."""
    keys = room.keys
    keys.to("…", "td", key="Shift+Tab")
    keys.press("ArrowRight", "ArrowDown", "Enter")
    expect(room.teacher.pinned).to_have_count(1)
    room.asks(0)
    room.answers.to("Your answer: …")
    room.learner.page.keyboard.type("1/4")
    room.answered("Enter")
    keys.does("Second round")
    room.answers.to("Your answer: …")
    room.learner.page.keyboard.type("0.5")
    expect(room.of(room.learner).get_by_text("In the first round: 0.25")).to_be_visible()
    room.answered("Enter")
    keys.does("Reveal")
    expect(room.panel.locator("tr.right")).to_be_visible()
    keys.expect_focus("Fold")
    room.puts_away()


def which_key(room: Room) -> None:
    """No weight of the row can be read off either page until it is revealed; nor can the step after it tell one."""
    keys, learner = room.keys, room.learner
    room.asks(1)
    for side in (room.teacher, room.learner):
        side.on("attention weights")
        for column in (1, 2):
            expect(side.cell("attention weights", 2, column)).to_have_text("?")
            expect(side.cell("attention weights", 1, column)).not_to_have_text("?")
    keys.press("ArrowRight")
    learner.on("output")
    expect(learner.numbers).to_have_text("= ?")
    keys.press("ArrowLeft")
    learner.on("attention weights")
    keys.does("Close")
    expect(room.panel).to_contain_text("Closed")
    keys.does("Reveal")
    expect(room.panel.locator("tr.right")).to_be_visible()
    for side in (room.teacher, room.learner):
        expect(side.cell("attention weights", 2, 1)).to_have_text(re.compile(r"\d"))
    room.puts_away()


def true_or_false(room: Room) -> None:
    room.asks(1, "Is every row of the weights 1 in sum?")
    room.answers.to("True")
    room.answered("Enter")
    room.keys.does("Reveal")
    expect(room.panel.locator("tr.right")).to_contain_text("true")
    room.puts_away()


def a_free_line(room: Room) -> None:
    room.asks(1, "What does a query do?")
    room.answers.to("Your answer: …")
    room.learner.page.keyboard.type("it asks")
    room.answered("Enter")
    room.keys.does("Show the bars")
    expect(room.panel.locator(".bars")).to_contain_text("it asks")
    room.keys.expect_focus("Hide the bars")
    room.keys.does("Reveal")
    room.puts_away()
