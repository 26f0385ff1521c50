"""The page that finds a bug: every format is read, the diagnosis is shown, refusals are sentences, nothing is kept."""

from __future__ import annotations

from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from .helpers import ROOT, button, shown_texts, whole


def arrived() -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    page._bidi_component_manager = BidiComponentManager()
    page._page_hash = calc_hash("find-my-bug")
    return whole(page.run())


def test_the_example_is_diagnosed() -> None:
    page = arrived()
    whole(button(page, "Try an example").click().run())
    print(shown_texts(page))
    print(
        [c.value for c in page.code],
        [s.value for s in page.subheader],
        [c.value for c in page.caption],
        [e.value for e in page.error],
    )
    assert any("The scores are not scaled" in each.value for each in page.subheader)
    whole(button(page, "Try an example").click().run())
    print([s.value for s in page.subheader])
    whole(button(page, "Try an example").click().run())
    print([s.value for s in page.subheader])
    whole(button(page, "Empty all").click().run())
    print(shown_texts(page))
