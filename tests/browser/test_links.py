"""A link opens the same page with the same numbers: elsewhere, later, and after the server was started anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.sampling import naming, some
from tools.serving import Server

from .links import MECHANISMS, packed, packed_text
from .stage_page import StagePage
from .watch import Watch

KEY = "illustrated-self-attention"
EDITED = packed(KEY, ("X", 0, 2), ("W_k", 4, -1.5))
NewContext = Callable[..., BrowserContext]
Prepared = tuple[StagePage, list[list[str]]]


def fresh(context: BrowserContext, url: str) -> StagePage:
    """Another learner's page. What it complains about while the server is away is not looked at."""
    return StagePage(context.new_page(), url, Watch())


def prepare(page: StagePage) -> list[list[str]]:
    """Two edited numbers, an option, a step and a pinned cell; the table then on screen."""
    page.go("inputs")
    page.edit("X", 1, 1, "2")
    page.edit("W_k", 2, 2, "-1.5")
    page.expect_query(data=EDITED)
    page.page.get_by_text("Hide later tokens").click()
    page.go("masked scores")
    table = page.table("masked scores")  # which pins the cell that was asked for
    page.cell("masked scores", 3, 2).click()
    page.expect_query(data=EDITED, masked="1", step="masked scores", cell="3.2")
    return table


def expect_prepared(page: StagePage, table: list[list[str]]) -> None:
    page.on("masked scores")
    expect(page.pinned).to_have_count(1)
    assert page.place(page.pinned) == ("masked scores", 3, 2)
    page.expect_chosen("Your numbers")
    expect(page.page.get_by_label("Hide later tokens")).to_be_checked()
    expect(page.warnings).to_have_count(0)
    page.expect_query(data=EDITED, masked="1", step="masked scores", cell="3.2")
    assert page.table("masked scores") == table


def expect_preset(page: StagePage) -> None:
    page.go("inputs")
    assert page.values("X") == [[1, 0, 1, 0], [0, 2, 0, 2], [1, 1, 1, 1]]


@pytest.fixture(scope="module")
def prepared(shared_lesson: StagePage) -> Prepared:
    return shared_lesson, prepare(shared_lesson.open(KEY))


def test_a_link_opens_identically_elsewhere(prepared: Prepared, newcomer: StagePage) -> None:
    page, table = prepared
    expect_prepared(newcomer.visit(page.page.url), table)


def test_the_share_dialog_shows_the_same_link(prepared: Prepared) -> None:
    page, _ = prepared
    page.button("Share").click()
    expect(page.link).to_have_text(page.page.url)
    page.page.keyboard.press("Escape")
    expect(page.dialog).to_have_count(0)


def test_going_to_another_lesson_and_back_keeps_the_numbers(prepared: Prepared) -> None:
    page, table = prepared
    page.page.get_by_role("link", name="Many heads").click()
    expect(page.page.get_by_role("heading", name="Multi-head attention")).to_be_visible()
    page.page.get_by_role("link", name="The worked example").click()
    expect(page.tab("masked scores")).to_be_visible()
    expect_prepared(page.settled(), table)


# --- the server is started anew --------------------------------------------------------------------------------------


class LeftOpen(NamedTuple):
    """A page that is left open while the server is started anew, and what it must show then, and after a reload."""

    page: StagePage
    holds: Callable[[], None]
    is_reloaded: bool = False


def prepared_page(context: BrowserContext, url: str) -> LeftOpen:
    """The first visit to a server may be a deep link: it shows the lesson, and no dialog."""
    page = fresh(context, url).open(KEY)
    expect(page.page.get_by_role("heading", name=MECHANISMS[KEY].title)).to_be_visible()
    expect(page.dialog).to_have_count(0)
    table, link = prepare(page), page.page.url

    def holds() -> None:
        expect_prepared(fresh(context, url).visit(link), table)
        expect_prepared(page.settled(), table)
        page.go("inputs")
        page.edit("X", 2, 1, "3")
        page.expect_query(data=packed(KEY, ("X", 0, 2), ("X", 4, 3), ("W_k", 4, -1.5)))

    return LeftOpen(page, holds)


def opened_by_a_link(context: BrowserContext, url: str) -> LeftOpen:
    """Streamlit's front end tells the new server the address with which the page was loaded, which is an old one."""
    page = fresh(context, url).open(KEY, step="Inputs", data=packed(KEY, ("X", 3, 8)))
    page.edit("X", 1, 1, "2")
    page.expect_query(step="Inputs", data=packed(KEY, ("X", 0, 2), ("X", 3, 8)))
    page.page.get_by_text("Hide later tokens").click()
    page.expect_query(masked="1")
    page.go("masked scores")
    table = page.table("masked scores")  # which pins the cell that was asked for
    page.cell("masked scores", 3, 2).click()
    page.expect_query(cell="3.2")
    address = page.page.url

    def holds() -> None:
        page.expect_chosen("Your numbers")
        page.on("masked scores")
        assert page.page.url == address
        assert page.table("masked scores") == table
        expect(page.page.get_by_label("Hide later tokens")).to_be_checked()
        page.go("inputs")
        page.edit("X", 2, 1, "3")
        page.expect_query(data=packed(KEY, ("X", 0, 2), ("X", 3, 8), ("X", 4, 3)))
        page.button("Share").click()
        expect(page.link).to_have_text(page.page.url)

    return LeftOpen(page, holds)


def undone_page(context: BrowserContext, url: str) -> LeftOpen:
    page = fresh(context, url).open(KEY, step="Inputs")
    for value in ("5", "6", "7"):
        page.edit("X", 1, 1, value)
    page.expect_query(data=packed(KEY, ("X", 0, 7)))
    page.page.get_by_role("button", name="Undo", exact=True).click()
    page.expect_query(data=packed(KEY, ("X", 0, 6)))
    address = page.page.url

    def holds() -> None:
        expect(page.cell("X", 1, 1)).to_have_text("6")
        assert page.page.url == address

    return LeftOpen(page, holds, is_reloaded=True)


def typed_text(context: BrowserContext, url: str) -> LeftOpen:
    page = context.new_page()
    page.goto(f"{url}/date-translator?preset=mixture")
    field = page.get_by_role("textbox", name="A date")
    for text, written in (("sat march 4 2023", "2023-03-04"), ("5 march 2020", "2020-03-05")):
        field.fill(text)
        field.press("Enter")
        expect(page.locator(".player output")).to_have_text(written)
    page.wait_for_function("new URLSearchParams(location.search).has('data')")
    address = page.url

    def holds() -> None:
        expect(page.locator(".player output")).to_have_text("2020-03-05")
        expect(field).to_have_value("5 march 2020")
        assert page.url == address

    return LeftOpen(StagePage(page, url, Watch()), holds, is_reloaded=True)


def maps(context: BrowserContext, url: str) -> LeftOpen:
    page = fresh(context, url).open(KEY)
    page.section("Inputs")
    names = page.page.get_by_role("textbox", name="Tokens along “token”")
    names.fill(", ".join("abcdefghijklmn"))
    names.press("Enter")
    map_shown = page.page.locator(".js-plotly-plot .nsewdrag").first
    expect(map_shown).to_be_visible()
    page.page.wait_for_function("new URLSearchParams(location.search).has('data')")
    page.settled()
    address = page.page.url

    def holds() -> None:
        expect(map_shown).to_be_visible()
        page.expect_chosen("Your numbers")
        assert page.page.url == address

    return LeftOpen(page, holds, is_reloaded=True)


def test_pages_left_open_outlive_the_server(own_server: Server, new_context: NewContext) -> None:
    """Several learners at once, each with a session: a server takes longer to start than all of them need."""
    every = (prepared_page, opened_by_a_link, undone_page, typed_text, maps)
    kinds = some(every, (prepared_page, undone_page))
    left_open = [kind(new_context(), own_server.url) for kind in kinds]
    apps = [each.page.page.locator("[data-testid=stApp]") for each in left_open]
    own_server.stop()
    for app in apps:
        expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    own_server.start()
    for app in apps:
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    for kind, each in zip(kinds, left_open, strict=True):
        with naming(kind.__name__):
            each.page.settled()
            each.holds()
    for kind, each in zip(kinds, left_open, strict=True):
        if each.is_reloaded:
            with naming(f"{kind.__name__}, reloaded"):
                each.page.page.reload()
                each.page.settled()
                each.holds()


BROKEN = [
    pytest.param(EDITED[:20] + ("A" if EDITED[20] != "A" else "B") + EDITED[21:], id="tampered"),
    pytest.param(EDITED[:-8], id="truncated"),
    pytest.param("2" + EDITED[1:], id="unknown version"),
    pytest.param("1" + "A" * 1_000_000, id="one megabyte"),
    pytest.param("", id="empty"),
]


# By default the longest: what a link says is read by Python, and tests/app/test_damaged_links.py has all its faults.
@pytest.mark.parametrize("data", some(BROKEN, BROKEN[3:4]))
def test_a_broken_link_opens_the_preset_with_one_warning(lesson: StagePage, data: str) -> None:
    lesson.visit(f"{lesson.url}/{KEY}?step=scores&data={data}")
    if data:
        expect(lesson.warnings).to_have_count(1)
        expect(lesson.warnings).to_contain_text("the edited numbers")
    expect_preset(lesson)


def test_what_is_sound_in_a_broken_link_is_kept(lesson: StagePage) -> None:
    lesson.open(KEY, preset="scaled", step="scaled scores", cell="2.9", data="junk").on("scaled scores")
    expect(lesson.warnings).to_have_count(1)
    lesson.expect_chosen("Scaled by √d")
    expect(lesson.pinned).to_have_count(0)


def test_every_unreadable_part_is_named_in_one_sentence(lesson: StagePage) -> None:
    lesson.open(KEY, preset="none", step="none", cell="x", at="x", hide="everything", masked="7", data="junk")
    expect(lesson.warnings).to_have_count(1)
    for part in ("the preset", "the step", "the cell", "the slice", "hide", "masked", "the edited numbers"):
        expect(lesson.warnings).to_contain_text(part)
    expect_preset(lesson)


def test_back_leaves_the_lesson(lesson: StagePage) -> None:
    """Steps and edits replace the address instead of piling up in the history. Home has no dialog."""
    lesson.page.goto(lesson.url)
    expect(lesson.page.locator(".sentence .asks")).to_be_visible()
    expect(lesson.dialog).to_have_count(0)
    lesson.open(KEY).go("queries")
    lesson.expect_query(step="queries")
    lesson.go("scores")
    lesson.expect_query(step="scores")
    lesson.page.go_back()
    home = lesson.page.locator("[data-testid=stMainBlockContainer]")
    expect(home.get_by_role("heading", name="Attention Atlas")).to_be_visible()


def test_a_text_typed_over_that_of_a_link_is_in_the_address(lesson: StagePage) -> None:
    page = lesson.page
    first = packed_text("date-translator", "5 march 2020")
    page.goto(lesson.address("date-translator", data=first))
    field = page.get_by_role("textbox", name="A date")
    expect(field).to_have_value("5 march 2020")
    for text in ("sun june 5 2022", "7 may 2021"):
        field.fill(text)
        field.press("Enter")
        lesson.expect_query(data=packed_text("date-translator", text))
    page.reload()
    expect(field).to_have_value("7 may 2021")


def test_more_tokens_than_those_of_a_link_are_in_the_address(lesson: StagePage) -> None:
    """From the stage to maps, from maps to larger ones, and back to the stage."""
    lesson.open(KEY, section="inputs", data=packed(KEY, ("X", 3, 8)))
    names = lesson.page.get_by_role("textbox", name="Tokens along “token”")
    addresses = {lesson.page.url}
    for many in (14, 16, 4, 15):
        names.fill(", ".join("abcdefghijklmnopq"[:many]))
        names.press("Enter")
        lesson.page.wait_for_function("old => !old.includes(location.href)", arg=list(addresses))
        addresses.add(lesson.page.url)
        lesson.settled()
    lesson.page.reload()
    expect(names).to_have_value(", ".join("abcdefghijklmno"))


def test_the_open_section_is_in_the_address_and_survives_a_reload(lesson: StagePage) -> None:
    lesson.open(KEY).section("Challenges")
    lesson.expect_query(section="challenges")
    lesson.page.reload()
    lesson.expect_chosen("Challenges")
    lesson.section("Insight")
    lesson.expect_query(section=None)
