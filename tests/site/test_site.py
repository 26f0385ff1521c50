"""The static site as visitors meet it: from any web server, from disk, without a network, in another page."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from attention_core.mechanisms import MECHANISMS
from tools.accessible import findings
from ui import share
from ui.embedding import LISTENER
from ui.lesson_payload import lesson_payload
from ui.state import Numbers, Session, View

from .conftest import serving_files

pytestmark = pytest.mark.browser
FIRST = "illustrated-self-attention"
CELLS = "#stage .card td:not(.corner)"
Visitor = Callable[..., tuple[BrowserContext, Page]]


def opened(page: Page, address: str) -> Page:
    """A lesson whose script has drawn what its link asks for."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def shown(page: Page) -> str:
    """All numbers on the stage."""
    return str(page.locator(CELLS).all_inner_texts())


def edit_first_input(page: Page, text: str) -> None:
    """Type over the first number of the Inputs."""
    page.get_by_role("tab", name="Inputs").click()
    page.locator(CELLS).first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def session_of(key: str, **changes: Any) -> Session:
    mechanism = MECHANISMS[key]
    return Session(Numbers.of(mechanism, next(iter(mechanism.presets))).with_(**changes))


# --- a lesson --------------------------------------------------------------------------------------------------------


def test_an_edit_is_followed_undone_and_kept_in_the_address(page: Page, address: str) -> None:
    opened(page, f"{address}/{FIRST}.html")
    before = shown(page)
    edit_first_input(page, "7")
    page.get_by_role("tab", name="Output").click()
    expect(page.get_by_role("radio", name="Your numbers")).to_have_attribute("aria-checked", "true")
    page.wait_for_url(re.compile(r"step=output.*data=1"))
    changed = shown(page)
    link = page.url
    opened(page, link)
    assert shown(page) == changed
    opened(page, f"{address}/{FIRST}.html")
    edit_first_input(page, "7")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("radio", name="Your numbers")).to_have_attribute("aria-checked", "false")
    page.locator('#stage [role="tab"][data-stop="scores"]').click()
    assert shown(page) == before


def test_links_of_the_app_open_the_same_numbers(page: Page, address: str) -> None:
    """With a preset, options, edited numbers, a step and a pinned cell."""
    numbers = Numbers.of(MECHANISMS[FIRST], list(MECHANISMS[FIRST].presets)[1])
    name, table = next(iter(numbers.inputs.items()))
    edited = table.copy()
    edited.flat[1] = -2.5
    options = {**numbers.options, "scaled": not numbers.options["scaled"]}
    session = Session(numbers.with_(options=options).with_input(name, edited), View("attention weights", (1, 0)))
    query = share.encode(session)
    opened(page, f"{address}/{FIRST}.html?{query}")
    wanted = session.numbers.trace["attention weights"].value
    found = page.evaluate(
        "() => document.querySelector('#stage').shadowRoot.querySelector('.atlas') && location.search"
    )
    assert found == f"?{query}"
    texts = page.locator("#stage .card table").last.locator("td:not(.corner)").all_inner_texts()
    texts = [text.replace("−", "-") for text in texts]
    read = zip(texts, wanted.ravel().tolist(), strict=True)
    found = [(float(text), value) for text, value in read if text != "?"]  # that one Predict asks for
    assert len(found) > 4
    assert [text for text, _ in found] == pytest.approx([value for _, value in found], abs=0.006)
    expect(page.locator("#stage td.pinned, #stage td[aria-selected=true]")).to_have_count(1)


def test_options_keep_what_was_edited_and_a_preset_brings_its_own_numbers_back(page: Page, address: str) -> None:
    opened(page, f"{address}/{FIRST}.html")
    edit_first_input(page, "7")
    page.get_by_role("switch").nth(1).check(force=True)
    page.get_by_role("tab", name="Inputs").click()
    expect(page.locator(CELLS).first).to_have_text("7")
    expect(page.get_by_role("tab", name="Masked scores")).to_have_count(1)
    page.get_by_role("radiogroup", name="Preset").get_by_role("radio").first.click()
    expect(page.locator(CELLS).first).not_to_have_text("7")
    expect(page.get_by_role("tab", name="Masked scores")).to_have_count(0)


def test_what_a_teachers_link_hides_is_hidden_and_a_task_is_shown(page: Page, address: str) -> None:
    query = urlencode({"hide": "predict,inputs,challenges,presets,next", "until": "scores", "task": "Look <b>here</b>"})
    opened(page, f"{address}/{FIRST}.html?{query}")
    expect(page.locator(".atlas-task")).to_have_text("Look <b>here</b>")
    expect(page.get_by_role("radiogroup", name="Preset")).to_be_hidden()
    expect(page.get_by_role("radio", name="Challenges")).to_be_hidden()
    expect(page.get_by_role("tab", name="Output")).to_have_count(0)
    expect(page.locator("#stage .predict")).to_be_hidden()


def test_what_is_not_here_is_said(page: Page, address: str) -> None:
    numbers = session_of(FIRST).numbers
    query = share.encode(Session(numbers.resized("token", 4)))
    opened(page, f"{address}/{FIRST}.html?{query}")
    expect(page.get_by_role("status").first).to_contain_text("not in this copy")
    opened(page, f"{address}/date-translator.html")
    expect(page.get_by_text("more numbers than the stage prints")).to_be_visible()
    expect(page.get_by_role("link", name="Open it in the app")).to_have_attribute(
        "href", "https://atlas.example/app/date-translator"
    )
    expect(page.locator(".pictures table")).to_be_visible()


def test_a_lesson_is_presented_and_predicted(page: Page, address: str) -> None:
    opened(page, f"{address}/{FIRST}.html")
    page.get_by_role("button", name="Present").click()
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    expect(page.get_by_role("radiogroup", name="Preset").get_by_role("radio").nth(1)).to_have_attribute(
        "aria-checked", "true"
    )
    page.get_by_role("button", name="Check").scroll_into_view_if_needed()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#stage .predict")).to_contain_text("=")


# --- places it is opened from ----------------------------------------------------------------------------------------


def test_from_disk_it_needs_no_server(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("combobox").fill("worked example")
    expect(page.get_by_role("option", name="The worked example").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-ready]", state="attached")
    edit_first_input(page, "7")
    expect(page.get_by_role("radio", name="Your numbers")).to_have_attribute("aria-checked", "true")
    page.goto((site / "ra-cnn.html").as_uri())
    expect(page.locator(".pictures svg").first).to_be_visible()
    page.goto((site / "map.html").as_uri())
    expect(page.locator("[data-picture=atlas] a").first).to_be_visible()


def test_after_one_visit_it_opens_without_a_network(visitor: Visitor, site: Path) -> None:
    context, page = visitor()
    with serving_files(site.parents[1]) as url:
        address = f"{url}/some/where"
        page.goto(f"{address}/")
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
    # The server is gone for good.
    opened(page, f"{address}/{FIRST}.html?step=scores")
    edit_first_input(page, "7")
    expect(page.get_by_role("radio", name="Your numbers")).to_have_attribute("aria-checked", "true")
    page.goto(f"{address}/")
    expect(page.get_by_role("heading", name="The path")).to_be_visible()
    page.goto(f"{address}/ra-cnn.html")
    expect(page.locator(".pictures svg").first).to_be_visible()
    context.close()


def test_it_can_be_installed(page: Page, address: str) -> None:
    page.goto(f"{address}/index.html")
    manifest = page.evaluate("fetch(document.querySelector('[rel=manifest]').href).then((answer) => answer.json())")
    assert manifest["display"] == "standalone"
    sizes = page.evaluate(
        """(icons) => Promise.all(icons.map(async ({ src }) => {
          const image = new Image();
          image.src = src;
          await image.decode();
          return `${image.naturalWidth}x${image.naturalHeight}`;
        }))""",
        manifest["icons"],
    )
    assert sizes == [each["sizes"] for each in manifest["icons"]]
    assert {"192x192", "512x512"} <= set(sizes)


HOST = f'<!doctype html><iframe src="%s" style="width: 800px; height: 50px; border: 0"></iframe>{LISTENER}'


def test_in_a_frame_of_another_origin_it_is_as_high_as_what_it_holds(
    visitor: Visitor, address: str, tmp_path: Path
) -> None:
    _, page = visitor()
    (tmp_path / "host.html").write_text(HOST % f"{address}/{FIRST}.html?embed=true")
    with serving_files(tmp_path) as other:
        page.goto(f"{other}/host.html")
        frame = page.frame_locator("iframe")
        expect(frame.locator("html[data-ready]")).to_be_attached()
        page.wait_for_function("document.querySelector('iframe').clientHeight > 300")
        expect(frame.locator("#sidebar")).to_be_hidden()
        heights = functools.partial(
            page.frames[-1].evaluate, "[document.documentElement.scrollHeight, window.innerHeight]"
        )
        for _ in range(2):
            page.wait_for_timeout(300)
            content, room = heights()
            assert content <= room + 1
            frame.get_by_role("radio", name="Challenges").click()


# --- what holds for every page ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["index", "map", "notation", FIRST, "date-translator", "ra-cnn"])
def test_axe_finds_nothing_grave(visitor: Visitor, address: str, path: str) -> None:
    _, page = visitor()
    for theme, rules in (("light", ()), ("dark", ("color-contrast",))):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.goto(f"{address}/{path}.html")
        page.wait_for_timeout(500)
        assert findings(page, None, rules) == []


def test_pages_name_only_files_that_are_there(site: Path) -> None:
    keys = set(MECHANISMS)
    for file in (*site.glob("*.html"), *(site / "zh").glob("*.html"), *(site / "docs").glob("*.html")):
        for target in re.findall(r'(?:href|src|data-from|data-index)="([^"#?]+)', file.read_text(encoding="utf-8")):
            if target.startswith(("https://atlas.example/", "data:image/")):
                continue
            if file.parent.name == "docs" and target.startswith("https://"):  # guides lead to what they speak of
                continue
            assert "://" not in target
            assert not target.startswith("/")
            there = (file.parent / target).is_file() or Path(
                target
            ).stem in keys  # pages of lessons that are not SHIPPED
            assert there, f"{file.name}: {target}"


def test_the_payload_of_the_app_and_the_site_open_at_the_same_stop(page: Page, address: str) -> None:
    for key in (FIRST, "qk-norm"):
        opened(page, f"{address}/{key}.html")
        stop = lesson_payload(session_of(key))["view"]["stop"]
        expect(page.locator('#stage [role="tab"][aria-selected="true"]')).to_have_attribute("data-stop", stop)


def test_in_chinese_a_lesson_says_nothing_in_english_and_links_to_its_english(page: Page, address: str) -> None:
    opened(page, f"{address}/zh/{FIRST}.html")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    said = page.locator("#stage .words, main h1, .presets").all_inner_texts()
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in said)
    edit = page.locator("#stage [role=tab]").first
    edit.click()
    page.locator(CELLS).first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.locator(".as-yours")).to_have_attribute("aria-checked", "true")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
