"""Images on the stage: pixels in small multiples that light up, answer and are edited as the cells of tables are."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from attention_core import Trace
from attention_core.blocks.convolution import convolved, pooled
from attention_core.engine.axes import numbered
from attention_core.engine.ops import relu
from attention_core.engine.step import source
from attention_stage.payload import payload, place
from attention_stage.structure import forward_stops

from .kit import mount
from .test_same_arithmetic import assert_agrees


def trace(side: int = 6) -> Trace:
    """Two channels, three filters, a sum over their windows, and every second place of it."""
    rng = np.random.default_rng(3)
    channel, filters = numbered("channel", 2), numbered("filter", 3)
    pixels = np.round(rng.random((2, side, side)), 1)
    U = source("U", pixels, (channel, numbered("row", side), numbered("column", side)))
    kernel = np.round(rng.normal(size=(3, 2, 3, 3)), 1)
    K = source("K", kernel, (filters, channel, numbered("row offset", 3), numbered("column offset", 3)))
    made = relu(convolved(U, K), name="convolved", symbol="C")
    return Trace.of(pooled(made, 2, how="max", name="pooled", symbol="P"), (U, K))


def laid(kit: Page, stop: str = "convolved", side: int = 6, width: int = 1100) -> Page:
    kit.set_viewport_size({"width": width, "height": 900})
    found = trace(side)
    data: dict[str, Any] = payload(found.steps, forward_stops(found, {}), editable=("U", "K"), view=place(stop))
    mount(kit, data)
    return kit


def lit(page: Page) -> set[tuple[str, int]]:
    found = page.locator("td.lit").evaluate_all(
        "all => all.map((td) => [sheet.steps[td.dataset.step].name, Number(td.dataset.offset)])"
    )
    return {(name, offset) for name, offset in found}


def pixel(page: Page, step: str, *place: int) -> Any:
    number = page.evaluate("name => sheet.steps.findIndex((step) => step.name === name)", step)
    shape = page.evaluate("n => sheet.steps[n].shape", number)
    return page.locator(f"td[data-step='{number}'][data-offset='{int(np.ravel_multi_index(place, shape))}']")


def test_every_cell_agrees_with_the_core(kit: Page) -> None:
    made = trace()
    laid(kit)
    assert_agrees(kit, Trace.of(made.output, made.inputs))


def test_pointing_lights_the_window_in_every_channel(kit: Page) -> None:
    page = laid(kit)
    pixel(page, "convolved", 1, 0, 3).hover()
    window = {(c, r, k) for c in range(2) for r in (0, 1) for k in (2, 3, 4)}
    pixels = {("U", int(np.ravel_multi_index(place, (2, 6, 6)))) for place in window}
    assert {each for each in lit(page) if each[0] == "U"} == pixels
    assert len(lit(page)) == 2 * len(window)  # the kernel of that filter comes with them


def test_pictures_stand_in_small_multiples_of_square_pixels(kit: Page) -> None:
    page = laid(kit)
    figure = page.locator("figure.image", has=page.locator("td[data-step='0']"))
    assert figure.locator("table").count() == 2
    assert [name.text_content() for name in figure.locator(".slice-name").all()] == ["channel 1", "channel 2"]
    box = pixel(page, "U", 0, 0, 0).bounding_box()
    assert abs(box["width"] - box["height"]) < 1
    assert page.locator(".selector").count() == 0  # all are in sight: there is nothing to choose


@pytest.mark.parametrize(("side", "width"), [(6, 1100), (12, 1100), (16, 1100), (6, 390), (16, 390)])
def test_pictures_never_run_out_of_the_page(kit: Page, side: int, width: int) -> None:
    page = laid(kit, side=side, width=width)
    for table in page.locator("figure.image table").all():
        box = table.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_arrow_keys_walk_from_picture_to_picture(kit: Page) -> None:
    page = laid(kit)
    pixel(page, "U", 0, 2, 5).click()
    page.keyboard.press("ArrowRight")
    expect(pixel(page, "U", 1, 2, 0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(pixel(page, "U", 1, 3, 0)).to_be_focused()


def test_a_pixel_is_edited_like_any_cell(kit: Page) -> None:
    page = laid(kit, side=16)
    before = page.evaluate("[...where.result.values]")
    cell = pixel(page, "U", 1, 7, 7)
    cell.dblclick()
    assert cell.locator("input").bounding_box()["width"] >= 60  # a number fits, however small the pixel
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("5")
    after = page.evaluate("[...where.result.values]")
    changed = {
        tuple(map(int, np.unravel_index(n, (3, 16, 16))))[1:] for n in np.flatnonzero(~np.isclose(before, after))
    }
    assert changed
    assert changed <= {(r, c) for r in (6, 7, 8) for c in (6, 7, 8)}


def test_pixels_are_bright_where_numbers_are_large_in_either_theme(kit: Page) -> None:
    page = laid(kit, stop="Inputs")
    values = np.array(page.evaluate("[...sheet.steps[0].values]"))
    grounds = [
        cell.evaluate("td => getComputedStyle(td).backgroundColor") for cell in page.locator("td[data-step='0']").all()
    ]
    lights = [float(re.search(r"oklab\(([\d.]+)", ground)[1]) for ground in grounds]
    assert np.corrcoef(lights, values)[0, 1] > 0.99
    written = page.locator("td[data-step='0']").evaluate_all("all => all.map((td) => getComputedStyle(td).color)")
    white = [colour == "rgb(255, 255, 255)" for colour in written]
    assert white == (np.floor(100 * values / values.max() + 0.5) < 47).tolist()


def test_pictures_of_one_equation_are_coloured_alike(kit: Page) -> None:
    """A picture beside one with numbers below 0 is not drawn as light, nor is it where all are light."""
    page = laid(kit)
    grounds = "all => new Set(all.map((td) => td.dataset.ground.includes('--bright'))).size"
    assert (trace()["convolved"].value >= 0).all()
    assert page.locator("td[data-step]").evaluate_all(grounds) == 1  # the kernel has numbers below 0
    assert not page.locator("td[data-ground*='--bright']").count()
