"""The lesson page: one page for every mechanism. It depends on axes and shapes, never on which mechanism it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from attention_core import CURRICULUM, Mechanism, Step
from attention_core.engine.errors import InputError
from attention_core.engine.language import say, say_many, to_say
from attention_core.lesson.mechanism import BOXES
from attention_core.lesson.pictures import handles
from attention_core.mechanisms import MECHANISMS
from attention_core.models import known_models

from . import challenges, dialogs, embedding, figures, gradients, inputs, maps, posts, preset_diff, share, tour
from .component import followed, mount, prose
from .controls import WIDTH, option_widget
from .hiding import task_html
from .images import Move
from .lesson import literal, rendered, source
from .lesson_payload import address_payload, drawn_from, keys_of, lesson_payload
from .messages import read_view, take
from .microscope.discoveries import DISCOVERIES, shown
from .page_address import page_address
from .state import SECTIONS, Numbers, Session, View
from .words import filled

MORE = to_say("More about this computation")
YOURS = "yours"  # the pill of numbers that are no preset's
BESIDE = 2  # the largest number of options in one row with the presets
FIRST = 1  # so many stand there of more than that


def session_of(mechanism: Mechanism) -> Session:
    """This visitor's session on the mechanism: read from the link on the first visit, then kept."""
    key = f"session-{mechanism.key}"
    if key not in st.session_state:
        st.session_state[key] = share.decode(mechanism, st.query_params.to_dict())
    found: Session = st.session_state[key]
    return found


def is_alone(key: str) -> bool:
    """Whether a page is a lesson whose way to other lessons a teacher hides."""
    return key in MECHANISMS and session_of(MECHANISMS[key]).hides("navigation")


def lesson_page(mechanism: Mechanism, pages: Mapping[str, Any]) -> None:
    """One lesson. pages: every lesson's page by key, for the switch between the members of a family."""
    session = session_of(mechanism)
    with st.container(horizontal=True, width="content", gap="small", key="atlas-view"):
        if st.context.is_embedded:
            _way_out(session)
        else:
            dialogs.buttons(session)
            tour.button(session)
    beside = not session.hides("navigation") and bool(mechanism.related or members(mechanism))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=TOP if beside else BARE_TOP):
        st.markdown(strip(mechanism.boxes), width="content")
        if beside:
            _family(mechanism, pages)
            _related(mechanism, pages)
    board(mechanism)
    if not session.hides("navigation"):
        _proved(mechanism, pages)


def _way_out(session: Session) -> None:
    """In another page: a link to the same in a window of its own. assets/stage/entries/embedded.js adds later edits."""
    if not session.hides("navigation"):
        with st.container(key="atlas-outside"):
            st.link_button(say(embedding.OUTSIDE), page_address(share.encode(session)), type="tertiary")


TOP, BARE_TOP = "atlas-top", "atlas-top-bare"  # the row over the title; bare: with the stations of attention alone


def strip(lit: Collection[str]) -> str:
    """The stations of all attention in one line, with those lit that this lesson is about."""
    boxes = (f":primary[**{say(box)}**]" if box in lit else f":gray[{say(box)}]" for box in BOXES)
    return f":small[{' :gray[→] '.join(boxes)}]"


def members(mechanism: Mechanism) -> dict[str, str]:
    """Titles of the lessons of the same family, by their keys; of a lesson on its own nothing."""
    found = {each.key: each.title for each in CURRICULUM if each.family and each.family == mechanism.family}
    return found if len(found) > 1 else {}


def _family(mechanism: Mechanism, pages: Mapping[str, Any]) -> None:
    titles = members(mechanism)
    if not titles:
        return
    chosen = st.segmented_control(
        mechanism.family, list(titles), format_func=titles.__getitem__, default=mechanism.key, required=True,
        key=f"family-{mechanism.key}", label_visibility="collapsed", width="content",
    )  # fmt: skip
    if chosen != mechanism.key:
        st.switch_page(pages[str(chosen)])


def _related(mechanism: Mechanism, pages: Mapping[str, Any]) -> None:
    """Links to the lessons in which parts of this one are taught at length."""
    for key in mechanism.related:
        st.page_link(pages[key], label=MECHANISMS[key].title, icon=":material/arrow_forward:", width="content")


def _proved(mechanism: Mechanism, pages: Mapping[str, Any]) -> None:
    """Links to what is found in real weights and proves the lesson; without a model, to what was recorded."""
    if not any(mechanism.key in each.proves for each in DISCOVERIES):
        return
    for found, model in shown({each.key for each in known_models()}, mechanism.key):
        label = say("In a trained model: {found}", found=found.title)
        query = found.query(model)
        st.page_link(
            pages["microscope"], label=label, icon=":material/arrow_forward:", width="content", query_params=query
        )


BOARD = "board"  # the fragment of all that follows from the numbers


@st.fragment(key=BOARD)
def board(mechanism: Mechanism) -> None:
    """The head of the page and all that follows from the numbers: the stage or a map, the sections below."""
    session = session_of(mechanism)
    with session.lock, st.container(key="atlas-board"):
        session.echo.act()
        _open_section(session)
        _head(session)
        if session.task:
            st.html(task_html(session.task))
        for note in session.notes:
            st.warning(note, icon=":material/link_off:")
        if session.numbers.is_large():
            _maps(session)
        else:
            if leads(session.numbers.mechanism) and not session.hides("insight"):
                _leading_picture(session.numbers.mechanism)
            _stage(session)
        _more(session)
        session.drawn = drawn_from(session)
        session.echo.drawn()


def _maps(session: Session) -> None:
    """The steps as maps, in place of the stage, where there are too many numbers to print."""
    mechanism = session.numbers.mechanism
    key = f"atlas-address-{mechanism.key}"
    posts.register(session)
    address = st.container()
    if session.problem:
        st.error(session.problem, icon=":material/error:")
    if (mechanism.reads or mechanism.trained) and not session.hides("insight"):
        _draw(session)
    step, cell = maps.explore(
        session.shown, mechanism.key, partial(_words, session.numbers), mechanism.opens,
        arithmetic=not session.hides("arithmetic"),
    )  # fmt: skip
    with address:
        mount(address_payload(session, View(step.name, cell)), key, lambda: _take_map_message(session, key))


def _take_map_message(session: Session, key: str) -> None:
    """The same, which may ask for another step and cell: who follows a class is where its teacher is."""
    _take_message(session, key)
    view = read_view((st.session_state[key].get("edit") or {}).get("view"))
    if view:
        maps.look(session.shown, session.numbers.mechanism.key, view.stop, view.cell)


def _words(numbers: Numbers, step: Step, cell: tuple[int, ...]) -> str:
    """The section of a step, about one of its cells."""
    section = source(numbers.mechanism.key).get(step.base_name, "")
    return filled(section, numbers.trace, (step, cell), lambda label: f"**{literal(label)}**")


# --- title, presets and options ---------------------------------------------------------------------------------------


def _head(session: Session) -> None:
    """Title, presets, typed text, options, and the lesson in one sentence: in one row where there is room."""
    mechanism = session.numbers.mechanism
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="atlas-head"):
        st.title(mechanism.title, anchor=False, width="content")
        _presets(session)
        _text(session)
        _options(session)
        st.markdown(" ".join(f":gray[{sentence}]" for sentence in (session.insight, invitation(session)) if sentence))


def invitation(session: Session) -> str:
    """What to do on the page of a lesson; "" where its numbers are hidden."""
    if session.hides("inputs"):
        return ""
    if session.numbers.mechanism.reads:
        return say("Change the text and watch everything after it follow.")
    return say("Change any number and watch everything after it follow.")


def _text(session: Session) -> None:
    """The field for typed text, where a mechanism reads text."""
    reads = session.numbers.mechanism.reads
    if not reads:
        return
    key = f"text-{session.numbers.mechanism.key}"
    if key not in st.session_state or not session.problem:
        session.echo.set(key, session.numbers.text)
    st.text_input(
        reads.title, key=key, help=reads.about, width=reads.width,
        on_change=session.echo.report, args=(key, session.take_text),
        disabled=session.hides("inputs"),
    )  # fmt: skip


def beside_presets(options: Sequence[str]) -> Sequence[str]:
    """Of the names of options those that stand beside the presets."""
    return options if len(options) <= BESIDE else options[:FIRST]


def _options(session: Session) -> None:
    """The first options beside the presets; of many the others behind a button, where they keep what was chosen."""
    names = offered_options(session)
    shown = beside_presets(names)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="atlas-options"):
        for name in shown:
            _option(session, name, beside=True)
    folded = names[len(shown) :]
    if folded:
        two = 2 * WIDTH + 16  # px: two fields beside each other
        with (
            st.popover(
                say_many("{n} more option", "{n} more options", len(folded)),
                key=f"options-{session.numbers.mechanism.key}",
            ),
            st.container(horizontal=True, vertical_alignment="bottom", gap="small", width=two),
        ):
            for name in folded:
                _option(session, name, beside=False)


def offered_options(session: Session) -> list[str]:
    """The names of the options, none where they are hidden."""
    return [] if session.hides("options") else list(session.numbers.mechanism.options)


def _presets(session: Session) -> None:
    if session.hides("presets"):
        return
    numbers = session.numbers
    key = f"preset-{numbers.mechanism.key}"
    titles = preset_titles(session)
    session.echo.set(key, numbers.preset if session.as_preset else YOURS)
    st.pills(
        say("Preset"), list(titles), format_func=titles.__getitem__, key=key, label_visibility="collapsed",
        on_change=session.echo.report, args=(key, partial(_choose_preset, session)), required=True, width="content",
    )  # fmt: skip


def preset_titles(session: Session) -> dict[str, str]:
    """What the pills say: of every preset by its name, and of numbers that are no preset's unless they are hidden."""
    if session.hides("presets"):
        return {}
    mechanism = session.numbers.mechanism
    titles = {name: preset.title for name, preset in mechanism.presets.items()}
    if not session.hides("inputs") or not session.as_preset:
        titles[YOURS] = say("Your text") if mechanism.reads else say("Your numbers")
    return titles


def _choose_preset(session: Session, chosen: str) -> None:
    session.notes = []
    if chosen == YOURS:
        if session.as_preset and not session.numbers.mechanism.reads:  # else it is chosen already: a browser's memory
            session.asked, session.revealed = "inputs", session.revealed + 1
    else:
        session.choose(chosen)


def _option(session: Session, name: str, beside: bool) -> None:
    option, numbers = session.numbers.mechanism.options[name], session.numbers
    key = f"option-{numbers.mechanism.key}-{name}"
    value = numbers.options[name]
    if key not in st.session_state or not session.problem:
        session.echo.set(key, value)
    option_widget(option, beside, key=key, on_change=session.echo.report, args=(key, partial(_set, session, name)))


def _set(session: Session, name: str, value: Any) -> None:
    numeric = session.numbers.mechanism.options[name].bounds is not None
    stroke = session.history.burst(f"option {name}") if numeric else None
    session.attempt("", lambda: session.numbers.with_(options={**session.numbers.options, name: value}), stroke)


# --- the stage -------------------------------------------------------------------------------------------------------


def _stage(session: Session) -> None:
    key = f"stage-{session.numbers.mechanism.key}"
    name = posts.register(session)
    data = lesson_payload(session, session.known)
    session.known |= keys_of(data)
    data["posts"] = posts.post_address(name)
    mount(data, key, lambda: _take_message(session, key))


def _take_message(session: Session, key: str) -> None:
    """Act on a message that arrived in a script run, not as a post."""
    session.echo.beside()
    take(session, st.session_state[key].get("edit"))


# --- below the fold --------------------------------------------------------------------------------------------------


def _section_key(session: Session) -> str:
    return f"section-{session.numbers.mechanism.key}"


def _offered(session: Session) -> dict[str, str]:
    """The sections below the stage by their titles. Where text is typed, above, the tables follow from it.

    None where a teacher hides them all.
    """
    closed = {name for name in SECTIONS if session.hides(name)}
    if session.numbers.mechanism.reads:
        closed.add("inputs")
    return {title: name for name, title in SECTIONS.items() if name not in closed}


def _open_section(session: Session) -> None:
    """The section that is asked for, else the one last chosen; before the stage is drawn, whose link names it."""
    key, offered = _section_key(session), _offered(session)
    if not offered:
        return
    wanted = SECTIONS[session.asked or session.section]
    if session.asked or key not in st.session_state:
        st.session_state[key] = wanted if wanted in offered else next(iter(offered))
    session.asked, session.section = "", offered.get(st.session_state[key], session.section)


def _more(session: Session) -> None:
    """One section at a time: the others are neither computed nor mounted."""
    if not _offered(session):
        return
    st.html(f'<h2 class="atlas-unseen">{say(MORE)}</h2>')
    chosen = st.segmented_control(
        say(MORE),
        list(_offered(session)),
        key=_section_key(session),
        label_visibility="collapsed",
        required=True,
        format_func=say,
    )
    if chosen == "Inputs":  # fields that change the numbers, which all of the board follows
        with followed(session, "below"):
            inputs.section(session)
    elif chosen == "Insight":
        _insight(session)
    else:
        _section(session.numbers.mechanism, str(chosen))


@st.fragment
def _section(mechanism: Mechanism, name: str) -> None:
    _drawn_alone(mechanism, _DRAWN[name])


@st.fragment
def _insight_alone(mechanism: Mechanism) -> None:
    _drawn_alone(mechanism, _insight_and_picture)


@st.fragment
def _leading_picture(mechanism: Mechanism) -> None:
    """A picture that is taken in hand stands before the stage, which follows it."""
    _drawn_alone(mechanism, partial(_draw, leading=True), "leading")


@lru_cache(maxsize=256)
def leads(mechanism: Mechanism) -> bool:
    """Whether the first preset has a picture with a box to be dragged."""
    return any(map(handles, _first_pictures(mechanism)))


def _drawn_alone(mechanism: Mechanism, draw: Callable[[Session], None], area: str = "below") -> None:
    """A part beside the stage in a fragment of its own, which is drawn again after an edit once it is in view.

    It computes more than the stage does, so that numbers may be too large here alone.
    """
    session = session_of(mechanism)
    with session.lock:
        if session.echo.act_in_part():
            st.rerun()  # the numbers are others now, and all of the board follows
        with followed(session, area):
            try:
                draw(session)
            except InputError as error:
                st.info(say("Not with these numbers. {error}", error=error), icon=":material/block:")


def _insight(session: Session) -> None:
    numbers = session.numbers
    if numbers.mechanism.reads or numbers.mechanism.trained:
        _insight_words(numbers)  # its picture stands above the maps
    else:
        _insight_alone(numbers.mechanism)
    papers = say("; ").join(map(say, numbers.mechanism.papers))
    told = {"note": numbers.mechanism.presets[numbers.preset].note, "papers": papers}
    st.caption(
        say("{note} Sources: {papers}.", **told)
        if numbers.is_preset
        else say("Started from: {note} Sources: {papers}.", **told)
    )


def _insight_words(numbers: Numbers) -> None:
    with st.container(width=760):
        st.markdown(
            say(":small[:gray[In a Transformer: {in_transformer}]]", in_transformer=numbers.mechanism.in_transformer)
        )
        words = filled(source(numbers.mechanism.key)["Insight"], numbers.trace, write=literal)
        prose(rendered(words), f"insight-{numbers.mechanism.key}")


def _insight_and_picture(session: Session) -> None:
    _insight_words(session.numbers)
    if awaits_a_look(session):
        with followed(session, "picture", partial(setattr, session, "pictured", True)):
            st.html('<div class="atlas-picture-room"></div>')
    else:
        _draw(session, leading=False)


def awaits_a_look(session: Session) -> bool:
    """Whether charts are not drawn yet: their library is more than all else that a page has to load and compile."""
    return not session.pictured and _has_charts(session.numbers.mechanism)


@lru_cache(maxsize=256)
def _has_charts(mechanism: Mechanism) -> bool:
    return any(type(each) in figures.CHARTS for each in _first_pictures(mechanism))


def _draw(session: Session, leading: bool | None = None) -> None:
    """Pictures: all of them, or those that do or do not stand before the stage."""
    on_move = None if session.hides("inputs") else partial(box_moved, session)
    for n, picture in enumerate(_pictures(session.numbers)):
        if leading in (None, bool(handles(picture))):
            figures.draw(picture, f"picture-{session.numbers.mechanism.key}-{n}", on_move)


def box_moved(session: Session, move: Move) -> None:
    """Change the input of a box that was dragged on a picture, and draw the board again."""
    session.echo.beside()
    with session.lock:
        chosen = session.numbers.with_(options={**session.numbers.options, **move.handle.options})
        session.attempt("", lambda: chosen.with_input(move.handle.input, move.values), ("box", move.stroke))
    st.rerun(BOARD)


def _pictures(numbers: Numbers) -> tuple[Any, ...]:
    draw, trace = numbers.mechanism.picture, numbers.trace
    return draw(trace) if draw else ()


def _first_pictures(mechanism: Mechanism) -> tuple[Any, ...]:
    return _pictures(Numbers.of(mechanism, next(iter(mechanism.presets))))


_DRAWN = {
    "Gradient": gradients.section,
    "Since the preset": preset_diff.section,
    "Challenges": challenges.section,
}
