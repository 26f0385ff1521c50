"""The pages of the static site as HTML, from templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from gettext import NullTranslations
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from attention_core import CURRICULUM, Mechanism
from attention_core.lesson.mechanism import BOXES
from attention_core.mechanisms import MECHANISMS
from ui import find, front
from ui.home_sentence import PROMISE, QUESTION, SENTENCE
from ui.lesson import headed, rendered
from ui.page import beside_presets, members
from ui.thumbnail import thumbnail

from .choices import offered
from .words import fields, inline

TEMPLATES = Path(__file__).parent / "templates"
NOTATION = Path(__file__).parents[2] / "assets" / "notation"
PAGES = {"index": "Home", "map": "The map", "notation": "Notation"}  # written by hand; all others are lessons


@dataclass(frozen=True)
class Site:
    """What all pages of one language share. app: the address of the app, "" where it is not known."""

    language: str = "en"
    app: str = ""
    lessons: tuple[Mechanism, ...] = CURRICULUM

    @cached_property
    def _templates(self) -> Environment:
        found = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
        )  # fmt: skip
        found.install_gettext_translations(NullTranslations(), newstyle=True)  # type: ignore[attr-defined]
        return found

    def _page(self, template: str, path: str, **parts: Any) -> str:
        return self._templates.get_template(f"{template}.html").render(
            site=self, path=path, name=front.NAME, pages=PAGES, sections=self.sections, entry=self._entry(path),
            tries=find.TRIES, title=front.title(parts.pop("heading")), **parts,
        )  # fmt: skip

    @cached_property
    def sections(self) -> list[tuple[str, list[tuple[str, Mechanism]]]]:
        """Of each section its entries in the list of pages: a title, and the first lesson of that name."""
        found = groupby(self.lessons, key=lambda mechanism: mechanism.section)
        return [(name, _entries(list(lessons))) for name, lessons in found]

    def _entry(self, path: str) -> str:
        """The title of the entry under which a page stands."""
        mechanism = MECHANISMS.get(path)
        return (mechanism.family or mechanism.title) if mechanism else PAGES[path]

    # --- pages ---------------------------------------------------------------------------------------------------

    def home(self) -> str:
        cards = [(name, [mechanism for _, mechanism in entries]) for name, entries in self.sections]
        counts = {name: sum(each.section == name for each in self.lessons) for name, _ in self.sections}
        return self._page(
            "home", "index", heading="", promise=PROMISE, question=QUESTION, sentence=SENTENCE, cards=cards,
            counts=counts, thumbnail=lambda mechanism: Markup(thumbnail(mechanism)),
        )  # fmt: skip

    def map(self) -> str:
        return self._page(
            "map", "map", heading=PAGES["map"], numbers={each: n for n, each in enumerate(self.lessons, 1)}
        )

    def notation(self) -> str:
        text = (NOTATION / f"{self.language}.md").read_text(encoding="utf-8")
        parts = [(heading, Markup(rendered(body))) for heading, body in headed(text).items()]
        return self._page("notation", "notation", heading=PAGES["notation"], parts=parts)

    def lesson(self, mechanism: Mechanism, large: list[str]) -> str:
        """The page of a lesson. large: presets with more numbers than the stage prints."""
        shown = fields(mechanism, offered(mechanism))
        beside = len(beside_presets(list(mechanism.options)))
        return self._page(
            "lesson", mechanism.key, heading=mechanism.title, lesson=mechanism, boxes=BOXES, large=large,
            members=members(mechanism), related=[MECHANISMS[key] for key in mechanism.related],
            beside=shown[:beside], folded=shown[beside:], inline=lambda text: Markup(inline(text)),
        )  # fmt: skip

    def address(self, key: str, query: str = "") -> str:
        """Where the app has a page; "" where its address is not known."""
        return f"{self.app.rstrip('/')}/{key}{f'?{query}' if query else ''}" if self.app else ""


def _entries(lessons: list[Mechanism]) -> list[tuple[str, Mechanism]]:
    found: dict[str, Mechanism] = {}
    for mechanism in lessons:
        found.setdefault(mechanism.family or mechanism.title, mechanism)
    return list(found.items())


def entries_for_site() -> list[Mapping[str, Any]]:
    """What the search finds, with the addresses of the static pages."""
    return [{**entry, "href": static(entry["href"])} for entry in find.entries()]


def static(href: str) -> str:
    """The address of a page of the app on the static site: "rope" is "rope.html"."""
    path, mark, query = href.partition("?")
    return f"{path}.html{mark}{query}"
