"""The microscope in a browser: with the recorded run, which needs no model, and with the tiny models of the tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tools.serving import Server, running

from .stage_page import StagePage

TINY = Path(__file__).parents[1] / "golden" / "models"


def test_a_head_is_opened_down_to_its_numbers_and_the_address_says_so(shared_lesson: StagePage) -> None:
    page = shared_lesson.page
    page.goto(f"{shared_lesson.url}/microscope?model=recorded")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(72)
    expect(page.locator(".token")).to_have_count(11)
    tiles.nth(71).click()
    expect(page.locator(".one h3")).to_have_text("Layer 6, head 12")
    page.locator(".token", has_text="he").first.focus()
    expect(page.locator(".says")).to_contain_text("“he” reads “bark” 0.69")
    weights = page.locator(".on-stage table").last.locator("tbody tr").nth(6).locator("td").nth(1)
    expect(weights).to_have_text("0.69")
    assert "layer=6&head=12" in page.url
    page.reload()
    expect(page.locator(".one h3")).to_have_text("Layer 6, head 12")


# --- with models ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_models(
    browser_context: Callable[..., BrowserContext], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, str]]:
    """A page, and the address of the microscope of a server that has the tiny models and allows uploads."""
    for library in ("safetensors", "tokenizers"):
        pytest.importorskip(library)
    settings = {**os.environ, "ATLAS_MODELS": str(TINY), "ATLAS_UPLOADS": "1"}
    log = tmp_path_factory.mktemp("microscope") / "log"
    with running(Server(log, environment=settings)) as server:
        yield browser_context().new_page(), f"{server.url}/microscope"


def test_a_number_is_set_by_hand_listed_kept_in_the_address_and_taken_back(with_models: tuple[Page, str]) -> None:
    page, url = with_models
    page.goto(f"{url}?model=bert&text=the+cat+saw+the+dog&tab=cells&layer=2")
    expect(page.locator(".arithmetic h4")).to_contain_text("layer 2/queries")
    page.get_by_label("Step", exact=True).select_option("layer 1/W_v")
    field = page.locator(".arithmetic .setter")
    expect(page.locator(".arithmetic h4")).to_contain_text("layer 1/W_v")
    field.locator("input").fill("much")
    field.get_by_role("button").click()
    expect(field.get_by_role("alert")).to_contain_text("much")
    field.locator("input").fill("2,5")
    field.get_by_role("button").click()
    chip = page.get_by_role("list", name="Changes in force").get_by_role("button")
    expect(chip).to_have_count(1)
    expect(chip).to_contain_text("layer 1/W_v, head 1, value 1, model 1")
    expect(chip).to_contain_text("→ 2.5")
    expect(page.locator(".window [data-current]")).to_be_focused()
    assert "set=layer+1%2FW_v%401.1.1%3D2.5" in page.url
    page.reload()
    expect(page.get_by_text("The largest change of any weight is")).to_be_visible()
    chip.click()
    expect(chip).to_have_count(0)
    assert "set=" not in page.url


def test_a_link_that_cannot_be_followed_says_so_and_can_be_mended(with_models: tuple[Page, str]) -> None:
    page, url = with_models
    page.goto(f"{url}?model=bert&text=the+cat&set=layer+9/scores@1.1.1=3")
    expect(page.locator(".status")).to_have_text(
        "There is no step “layer 9/scores” in this text, so no number of it can be set."
    )
    page.get_by_role("button", name="Take back: layer 9/scores").click()
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator(".status")).to_have_text("")


def test_two_sentences_stand_side_by_side_with_their_difference(with_models: tuple[Page, str]) -> None:
    page, url = with_models
    page.goto(f"{url}?model=bert&text=the+cat+saw+the+dog&layer=2&head=2")
    page.get_by_label("Compare with", exact=True).select_option("a second sentence")
    page.get_by_label("Second sentence to compare with").fill("the dog saw the cat")
    page.get_by_role("button", name="Compare", exact=True).click()
    other = page.get_by_role("region", name="One head of the other run")
    expect(other.locator("h3")).to_have_text("Difference in layer 2, head 2")
    expect(page.get_by_text("The vectors of both sentences have the cosine")).to_be_visible()
    page.locator(".all:not(.other) .tile").first.click()
    expect(other.locator("h3")).to_have_text("Difference in layer 1, head 1")
    page.get_by_role("button", name="Show the other run").click()
    expect(other.locator("h3")).to_have_text("Layer 1, head 1")
    page.get_by_label("Compare with", exact=True).select_option("the same in llama")
    expect(page.get_by_role("region", name="Comparison")).to_contain_text("No map is subtracted from another")
    assert "against=llama" in page.url
    page.locator(".all.other .tile").nth(1).click()
    expect(other.locator("h3")).to_have_text("Layer 1, head 2")
    page.reload()
    expect(other.locator("h3")).to_have_text("Layer 1, head 2")
    page.get_by_label("Compare with", exact=True).select_option("nothing")
    assert "beside=" not in page.url


def test_a_model_is_uploaded_and_read_with(with_models: tuple[Page, str]) -> None:
    page, url = with_models
    page.goto(f"{url}?model=bert&text=the+cat")
    page.get_by_text("Upload a model of your own").click()
    files = page.get_by_label("Files of the model")
    files.set_input_files([TINY / "llama" / "config.json"])
    says = page.locator(".upload [role=status]")
    expect(says).to_have_text("Choose all three files at once: there has to be one tokenizer.json.")
    files.set_input_files([TINY / "llama" / name for name in ("model.safetensors", "tokenizer.json", "config.json")])
    expect(says).to_have_text("It is open: 2 layers of 6 heads.")
    expect(page.locator(".tile")).to_have_count(12)
    assert "model=uploaded" in page.url
