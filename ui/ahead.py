"""A lesson ahead of Streamlit: name and stage, in the HTML of the page that a visit begins with. Of home the sentence.

The page's own script takes seconds to come on a slow line or a slow machine, and the stage needs nothing of it to be
read. It is drawn from this; once its component has come, the component takes the same stage over, with all that was
pointed at and edited meanwhile.
"""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl

from streamlit import config

from attention_core import Mechanism
from attention_core.engine.language import cached_by_language, say
from attention_core.lesson.mechanism import BOXES, Option
from attention_core.mechanisms import MECHANISMS

from . import embedding, front, share
from .component import style
from .controls import is_slid
from .hiding import task_html
from .home_sentence import PROMISE, QUESTION, SENTENCE, WORD, sentence_data
from .lesson_payload import lesson_payload
from .page import beside_presets, invitation, leads, members, offered_options, preset_titles
from .stage import HTML
from .state import Session

_ASSETS = Path(__file__).parent.parent / "assets" / "ahead"
_SIDEBAR = "max(248px, 12.5rem)"
_COLOURS = {
    "--st-text-color": "textColor", "--st-background-color": "backgroundColor", "--st-primary-color": "primaryColor",
    "--st-border-color": "borderColor",
}  # fmt: skip
_FONTS = {"--st-font": "font", "--st-code-font": "codeFont"}
_LONGEST_QUERY = 8000


@cached_by_language(maxsize=128)
def ahead(path: str, query: str, script: str) -> str:
    """HTML for the body of the page at this address; "" where a page does not begin with a stage.

    script: where the script is that draws it. It is in the language in force.
    """
    if path == "":
        return _framed(_home(), sentence_data(SENTENCE, WORD), script, _SIDEBAR)
    mechanism = MECHANISMS.get(path)
    if mechanism is None or len(query) > _LONGEST_QUERY:
        return ""
    params = dict(parse_qsl(query))
    session = share.decode(mechanism, params)
    if session.notes or session.numbers.is_large() or leads(mechanism):
        return ""
    return _lesson(session, script, embedding.is_embedded(params))


def _lesson(session: Session, script: str, is_embedded: bool) -> str:
    mechanism, data = session.numbers.mechanism, lesson_payload(session)
    is_alone = is_embedded or session.hides("navigation")
    del data["link"], data["start"], data["session"]  # the page's own session has these
    within = _filled(
        "lesson",
        html=HTML, title=escape(mechanism.title), strip=_strip(mechanism), **_rooms(session),
        insight=escape(session.insight), task=task_html(session.task), invitation=escape(invitation(session)),
    )  # fmt: skip
    return _framed(within, data, script, "0" if is_alone else _SIDEBAR, "embedded" if is_embedded else "")


def _home() -> str:
    drawn = f"<style>{style('sentence')}</style><figure></figure>"
    return _filled(
        "home", title=escape(say(front.NAME)), promise=escape(say(PROMISE)), question=escape(say(QUESTION)), html=drawn
    )


def _framed(within: str, data: object, script: str, sidebar: str, kind: str = "") -> str:
    """The cover over Streamlit's page, with the data and the script that draw what is alive of it."""
    return _filled(
        "frame",
        light=_variables("light"), dark=_variables("dark"), sidebar=sidebar, script=script, within=within, kind=kind,
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )  # fmt: skip


def _filled(name: str, **parts: str) -> str:
    return Template((_ASSETS / f"{name}.html").read_text(encoding="utf-8")).substitute(parts)


@lru_cache(maxsize=2)
def _variables(theme: str) -> str:
    """What Streamlit will tell a component of the theme, from the same configuration."""
    found = {name: config.get_option(f"theme.{theme}.{option}") for name, option in _COLOURS.items()}
    fonts = {name: config.get_option(f"theme.{option}") for name, option in _FONTS.items()}
    return " ".join(f"{name}: {value};" for name, value in {**found, **fonts}.items())


def _strip(mechanism: Mechanism) -> str:
    """The stations of all attention, as in `page.strip`."""
    named = (f"<b>{escape(say(box))}</b>" if box in mechanism.boxes else escape(say(box)) for box in BOXES)
    return f'<span class="strip">{" → ".join(named)}</span>'


def _rooms(session: Session) -> dict[str, str]:
    """As much room as what Streamlit will draw there takes: it is left free until then."""
    mechanism = session.numbers.mechanism
    is_alone = session.hides("navigation")
    related = [] if is_alone else [MECHANISMS[key].title for key in mechanism.related]
    options = [mechanism.options[name] for name in beside_presets(offered_options(session))]
    rooms = {
        "beside": [say("Take the tour")],
        "family": [] if is_alone else list(members(mechanism).values()),
        "related": related,
        "presets": list(preset_titles(session).values()),
    }
    written = {name: _room(titles, name) for name, titles in rooms.items()}
    fields = [_room([option.title], _field(option)) for option in options]
    return {**written, "options": f'<span class="options">{"".join(fields)}</span>' if fields else ""}


def _field(option: Option) -> str:
    """What an option is set by: as high as its kind."""
    if isinstance(option.default, bool):
        return "switch"
    return "slider" if is_slid(option) else "field"


def _room(titles: list[str], kind: str) -> str:
    spans = "".join(f"<span>{escape(title)}</span>" for title in titles)
    return f'<span class="room {kind}" aria-hidden="true">{spans}</span>' if titles else ""
