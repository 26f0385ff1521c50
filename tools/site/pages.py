"""The pages of the static site as HTML, from templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from attention_core import CURRICULUM, Mechanism
from attention_core.engine.language import SOURCE, say, say_many, to_say
from attention_core.lesson.mechanism import BOXES
from attention_core.mechanisms import MECHANISMS
from ui import docs, find, front
from ui.catalogues import NAMES, TAGS
from ui.home_sentence import PROMISE, QUESTION, SENTENCE
from ui.lesson import headed, rendered
from ui.page import beside_presets, members
from ui.thumbnail import thumbnail

from .words import fields, inline

TEMPLATES = Path(__file__).parent / "templates"
# Written by hand; all others are lessons.
PAGES = {"index": to_say("Home"), "map": to_say("The map"), "notation": to_say("Notation")}


@dataclass(frozen=True)
class Site:
    """What all pages of one language share. They are written while it is spoken (`language.speaking`).

    app: the address of the app, "" where it is not known. languages: all that the site is in. python: megabytes of
    Python behind the pages, 0 where there is none.
    """

    language: str = SOURCE
    app: str = ""
    languages: tuple[str, ...] = (SOURCE,)
    python: int = 0
    lessons: ClassVar[tuple[Mechanism, ...]] = CURRICULUM

    @cached_property
    def _templates(self) -> Environment:
        found = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        found.globals |= {"say": say, "say_many": say_many}
        return found

    @property
    def folder(self) -> str:
        """Where its pages are, below the site's own folder."""
        return "" if self.language == SOURCE else f"{self.language}/"

    @property
    def root(self) -> str:
        """The site's own folder, seen from a page."""
        return "../" if self.folder else ""

    @property
    def tag(self) -> str:
        return TAGS[self.language]

    @property
    def others(self) -> list[tuple[str, str, str]]:
        """The other languages: the folder of their pages, how browsers and how people call them."""
        return [
            (self.root + Site(each).folder, TAGS[each], NAMES[each]) for each in self.languages if each != self.language
        ]

    def __getstate__(self) -> dict[str, Any]:
        """For another process: without the templates, which it reads itself."""
        return {name: getattr(self, name) for name in ("language", "app", "languages", "python")}

    def _page(self, template: str, path: str, **parts: Any) -> str:
        return self._templates.get_template(f"{template}.html").render(
            site=self, path=path, name=front.NAME, pages=PAGES, sections=self.sections, entry=self._entry(path),
            tries=[say(each) for each in find.TRIES], title=front.title(parts.pop("heading")), **parts,
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
            "map", "map", heading=say(PAGES["map"]), numbers={each: n for n, each in enumerate(self.lessons, 1)}
        )

    def notation(self) -> str:
        parts = [(heading, Markup(rendered(body))) for heading, body in headed(find.notation_text()).items()]
        return self._page("notation", "notation", heading=say(PAGES["notation"]), parts=parts)

    def lesson(self, mechanism: Mechanism, large: list[str]) -> str:
        """The page of a lesson. large: presets with more numbers than the stage prints."""
        shown = fields(mechanism)
        beside = len(beside_presets(list(mechanism.options)))
        return self._page(
            "lesson", mechanism.key, heading=mechanism.title, lesson=mechanism, boxes=BOXES, large=large,
            members=members(mechanism), related=[MECHANISMS[key] for key in mechanism.related],
            beside=shown[:beside], folded=shown[beside:], inline=lambda text: Markup(inline(text)),
        )  # fmt: skip

    def led(self, href: str) -> str | None:
        """Where a guide finds a page of the app: in the site, else in the app; None where it is in neither."""
        key = href.partition("?")[0]
        if key in MECHANISMS or (key or "index") in PAGES:
            return f"../{self.root}{self.folder}{static(href or 'index')}"
        return self.address(*docs.in_language(href, self.language).split("?", 1)) or None

    def address(self, key: str, query: str = "") -> str:
        """Where the app has a page; "" where its address is not known."""
        return f"{self.app.rstrip('/')}/{key}{f'?{query}' if query else ''}" if self.app else ""


def _entries(lessons: list[Mechanism]) -> list[tuple[str, Mechanism]]:
    found: dict[str, Mechanism] = {}
    for mechanism in lessons:
        found.setdefault(mechanism.family or mechanism.title, mechanism)
    return list(found.items())


def entries_for_site() -> list[Mapping[str, Any]]:
    """What the search finds, with the addresses of the static pages; without pages that only the app has."""
    there = {*MECHANISMS, *PAGES}
    return [
        {**entry, "href": static(entry["href"])} for entry in find.entries() if entry["href"].partition("?")[0] in there
    ]


def static(href: str) -> str:
    """The address of a page of the app on the static site: "rope" is "rope.html"."""
    path, mark, query = href.partition("?")
    return f"{path}.html{mark}{query}"
