"""The page of the game: the case on the stage, the clues, the choices, and the proof of the last answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from attention_core.diagnosis.detective.code import right_code
from attention_core.diagnosis.detective.levels import LEVELS
from attention_core.diagnosis.detective.play import PRICES, WORTH, WRONG, Play, is_solved, left, offered, points
from attention_core.diagnosis.detective.puzzle import CASES, Puzzle
from attention_core.diagnosis.entry import Mistake
from attention_core.diagnosis.mistakes import BY_KEY
from attention_core.diagnosis.words import begun
from attention_core.engine.language import say, to_say
from attention_core.mechanisms import MECHANISMS
from ui.component import mount, nothing
from ui.handed_out import handed_out
from ui.language import in_address
from ui.lesson import literal
from ui.mistake import differences
from ui.page_address import page_address

from .drawn import case_payload, proof_payload
from .game import LONGEST_SERIES, Game, arrived, series_name
from .words import ABOUT, CLUES, OPENED, QUESTION, RULES, TITLES, facts

KEPT = "detective-game"  # in the session
CHOICES = "choices"  # the place below the stage


def detective(pages: Mapping[str, Any]) -> None:
    """Draw the page. pages: every lesson's page by key."""
    if KEPT not in st.session_state:
        st.session_state[KEPT] = arrived(st.query_params.to_dict())
    game: Game = st.session_state[KEPT]
    st.title(say("Detective"), anchor=False)
    st.markdown(say(RULES))
    for note in game.notes:
        st.warning(note, icon=":material/link_off:")
    _whereabouts(game)
    _case(game)
    with st.container(key="atlas-detective"):
        choices, beside = st.columns((3, 2), gap="large")
    with choices:
        _choices(game)
    with beside:
        _clues(game)
        _code(game)
    if game.play.last:
        _proof(game, pages)
    _series(game)
    st.query_params.from_dict({**game.address(), **in_address()})


# --- where one is -----------------------------------------------------------------------------------------------------


def _whereabouts(game: Game) -> None:
    """The level, the case, the points so far, and the way to hand them on."""
    st.session_state["detective-level"], st.session_state["detective-case"] = game.level, game.number
    solved = game.solved
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="atlas-detective-head"):
        st.segmented_control(
            say("Level"), list(LEVELS), format_func=lambda level: say(TITLES[level]), key="detective-level",
            required=True,
            on_change=lambda: game.go(int(st.session_state["detective-level"]), game.series), width="content",
        )  # fmt: skip
        st.pills(
            say("Case"), range(1, CASES + 1), format_func=lambda n: f"{n} ✓" if n in solved else str(n),
            key="detective-case", required=True, width="content",
            on_change=lambda: game.go(game.level, game.series, int(st.session_state["detective-case"])),
        )  # fmt: skip
        st.markdown(_score(solved), width="content")
        if st.button(say("Share"), icon=":material/link:", key="detective-share"):
            _share(game)


def _score(solved: Mapping[int, int]) -> str:
    if not solved:
        return say("**No points yet**")
    return say("**{sum} of {worth} points**", sum=sum(solved.values()), worth=WORTH * len(solved))


def _share(game: Game) -> None:
    st.dialog(say("Share"))(_shared)(game)


def _shared(game: Game) -> None:
    kinds = queries(game)
    kind = str(st.radio(say("What the link opens"), list(kinds), format_func=say, key="detective-link"))
    handed_out(page_address(kinds[kind]), f"detective-{list(kinds).index(kind)}")


def queries(game: Game) -> dict[str, str]:
    """The queries of the links that can be handed out, by what they open."""
    opened = {
        to_say("This case, for somebody who has not seen it"): game.case_address(),
        to_say("The whole series, from its first case"): {"level": str(game.level), "series": game.series},
        to_say("What I see, with my clues and answers"): game.address(),
    }
    return {kind: urlencode(parts) for kind, parts in opened.items()}


def _case(game: Game) -> None:
    """What the code should compute, and the stage."""
    case, play = game.puzzle, game.play
    below = say("To the choices")
    st.markdown(f"{say(ABOUT[case.level])} :gray[{' '.join(facts(case))}] **[{below}](#{CHOICES})**")
    mount(case_payload(case, play), "detective-stage", nothing)


# --- clues and choices ------------------------------------------------------------------------------------------------


def _clues(game: Game) -> None:
    st.subheader(say("Clues"), anchor=False)
    case, play = game.puzzle, game.play
    for clue in sorted(play.clues):
        st.markdown(OPENED[clue](case))
    for clue in offered(case, play):
        st.button(
            say("{clue} · {points} points", clue=say(CLUES[clue]), points=PRICES[clue]), key=f"detective-clue-{clue}",
            on_click=game.open_clue, args=(clue,),
        )  # fmt: skip


def _code(game: Game) -> None:
    with st.expander(say("The right code"), expanded=True):
        st.code(right_code(game.puzzle), wrap_lines=True)


def _choices(game: Game) -> None:
    case, play = game.puzzle, game.play
    keys = left(case, play)
    base = f"detective-{case.level}-{case.series}-{case.number}"
    st.subheader(say("Choices"), anchor=CHOICES)
    if play.last:
        _verdict(case, play)
    if is_solved(case, play):
        _onwards(game)
        return
    with st.form(base, border=False):
        chosen = st.radio(
            say(QUESTION), keys, format_func=lambda key: begun(BY_KEY[key].name), index=None, key=f"{base}-{len(keys)}",
            captions=[_caption(BY_KEY[key], LEVELS[case.level].explained) for key in keys],
        )  # fmt: skip
        sent = st.form_submit_button(say("This is the mistake"), type="primary")
    if sent and chosen is None:
        st.warning(say("Choose a mistake first."), icon=":material/error:")
    elif sent:
        game.answer(str(chosen))
        st.rerun()


def _onwards(game: Game) -> None:
    if game.number < CASES:
        st.button(
            say("Next case"), type="primary", icon=":material/arrow_forward:", key="detective-next",
            on_click=game.go, args=(game.level, game.series, game.number + 1),
        )  # fmt: skip


def _verdict(case: Puzzle, play: Play) -> None:
    """What the last answer was worth."""
    proof = case.proof(play.last)
    name = literal(begun(BY_KEY[play.last].name))
    count = sum(values.size for values in proof.numbers.values())
    if proof.holds:
        solved = say(
            "Solved for {won} of {worth} points. {name}: this gives all {count} numbers of the code.",
            won=points(case, play),
            worth=WORTH,
            name=name,
            count=count,
        )
        st.success(solved, icon=":material/check:")
        return
    wrong = say(
        "{name}: this gives other numbers than the code in {wrong} of {count} cells, so it is not the mistake. "
        "Take another one; a wrong answer costs {price} points.",
        name=name,
        wrong=sum(map(len, proof.wrong.values())),
        count=count,
        price=WRONG,
    )
    st.error(wrong, icon=":material/error:")


def _caption(mistake: Mistake, explained: bool) -> str:
    """Its line of code; and what it does, where choices are explained."""
    code = "  \n".join(f"`{line}`" for line in mistake.code.numpy.splitlines())
    return f"{code}  \n{literal(mistake.sentence)}" if explained else code


# --- the proof --------------------------------------------------------------------------------------------------------


def _proof(game: Game, pages: Mapping[str, Any]) -> None:
    """The numbers of the last answer beside those of the code, its line beside the right one, and the lesson."""
    case, key = game.puzzle, game.play.last
    mistake, proof = BY_KEY[key], case.proof(key)
    st.subheader(say("Proof by numbers"), anchor=False)
    mount(proof_payload(case, proof), f"detective-proof-{key}", nothing)
    st.markdown(literal(mistake.sentence))
    differences(mistake)
    st.caption(say("Seen in public: {made}", made=literal(mistake.made)))
    label = say("The right way: {title}", title=MECHANISMS[mistake.lesson].title)
    st.page_link(pages[mistake.lesson], label=label, icon=":material/arrow_forward:", width="content")


# --- the series -------------------------------------------------------------------------------------------------------


def _series(game: Game) -> None:
    """What comes after ten cases, and series with a name of one's own."""
    solved = game.solved
    if len(solved) == CASES:
        st.success(
            say(
                "All {cases} cases are solved: {sum} of {worth} points.",
                cases=CASES,
                sum=sum(solved.values()),
                worth=WORTH * CASES,
            )
        )
    with st.expander(say("For a class: the same ten cases for everybody")):
        st.markdown(
            say(
                "A series is ten cases, the plain ones first. Its name decides which: whoever types the same name, or "
                "opens your link, gets the same cases."
            )
        )
        st.session_state["detective-series"] = game.series
        st.text_input(
            say("Name of the series"), key="detective-series", max_chars=LONGEST_SERIES, on_change=_named_series
        )
        st.button(say("Another series"), on_click=game.go, args=(game.level, game.next_series), key="detective-another")


def _named_series() -> None:
    game: Game = st.session_state[KEPT]
    name = series_name(st.session_state["detective-series"])
    if name and name != game.series:
        game.go(game.level, name)
