"""What a class can do, over any store: start, join, show, ask, answer, reveal, end. Who may do what is decided here.

Books of a class: "class" (what there is one of), "learners", "questions", "answers:<question>:<round>",
"challenges",
"reached:<challenge>", "here" (who is connected, by process). A learner's key in them is a hash of the learner's token;
of the teacher's secret, too, only a hash is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from attention_core.engine.language import say

from . import limits, reading
from .limits import Limits
from .refusals import Refusal, no_class, not_joined, not_yours, too_often
from .solutions import reaches
from .store import FullError, Store
from .tally import tally
from .wire import (
    WireAnswered,
    WireAsk,
    WireChallenge,
    WireClass,
    WireDoor,
    WireJoined,
    WireQuestion,
    WireShown,
    WireStarted,
    WireTally,
    WireYou,
)

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is read as another
CODE = 6  # letters: 887 million codes
CLASS, HERE = "class", "here"  # topics: what everybody sees, and what the teacher counts


class Kept(WireAsk):
    """A question as it is kept. asked: when, in seconds since 1970."""

    round: int
    phase: str
    asked: float


@dataclass(frozen=True)
class Member:
    """A learner of a class: the key in its books."""

    code: str
    key: str


class Classes:
    """All classes of a store."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.store, self.limits = store, limits

    # --- coming and going ---------------------------------------------------------------------------------------------

    async def start(self, message: dict[str, Any], address: str) -> WireStarted:
        names = reading.truth(message, "names")
        if not await self.store.take("starts", address) or not await self.store.take("all starts"):
            raise too_often()
        if await self.store.classes() >= limits.MOST_CLASSES:
            raise Refusal(503, say("This server has as many classes as it can hold: try again later."))
        secret, until = secrets.token_urlsafe(24), time.time() + limits.HOURS * 3600
        entries = {"names": json.dumps(names), "secret": _hashed(secret), "until": f"{until}", "revision": "0"}
        code = _new_code()
        while not await self.store.open(code, until, entries):
            code = _new_code()
        return {"code": code, "secret": secret, "until": until}

    async def look(self, code: str, address: str) -> WireDoor:
        entries = await self._found(code, address)
        return {"names": json.loads(entries["names"]), "until": float(entries["until"])}

    async def join(self, code: str, message: dict[str, Any], address: str) -> WireJoined:
        """Join, or come back with the same token: what was answered and reached is still there."""
        nickname, token = reading.nickname(message), reading.token(message) or secrets.token_urlsafe(16)
        member = Member(code, _hashed(token))
        kept = await self.store.get(code, "learners", member.key)
        entries = await self._entries(code) if kept else await self._found(code, address)
        if kept is None or nickname:
            await self._enter(member, {"nickname": nickname, "follows": kept is None or json.loads(kept)["follows"]})
        return {"token": token, "you": await self.you(member), "now": await self.now(code, entries)}

    async def _enter(self, member: Member, record: dict[str, Any]) -> None:
        try:
            stood = await self.store.add(member.code, "learners", member.key, json.dumps(record), limits.MOST_LEARNERS)
        except FullError as full:
            raise Refusal(
                409, say("This class is full: it has {most_learners} people.", most_learners=limits.MOST_LEARNERS)
            ) from full
        if json.loads(stood) != record:
            await self.store.put(member.code, "learners", member.key, json.dumps(record))
        await self.store.tell(member.code, HERE)

    async def leave(self, member: Member, _: dict[str, Any]) -> None:
        """The nickname is forgotten; answers stay counted, without it."""
        await self.store.remove(member.code, "learners", member.key)
        await self.store.tell(member.code, HERE)

    async def follow(self, member: Member, message: dict[str, Any]) -> None:
        record = {**await self._learner(member), "follows": reading.truth(message, "follows")}
        await self.store.put(member.code, "learners", member.key, json.dumps(record))
        await self.store.tell(member.code, HERE)

    async def member(self, code: str, token: str, address: str) -> Member:
        """The learner whose token this is. Raises Refusal; without a token that is in, the code may be a guess."""
        member = Member(code, _hashed(token))
        if await self.store.get(code, "learners", member.key) is None:
            await self._found(code, address)
            raise not_joined()
        return member

    async def _learner(self, member: Member) -> dict[str, Any]:
        kept = await self.store.get(member.code, "learners", member.key)
        if kept is None:
            raise not_joined()
        return dict(json.loads(kept))

    async def teacher(self, code: str, secret: str, address: str) -> None:
        """Raises Refusal unless this is the secret of the class."""
        kept = await self.store.get(code, "class", "secret")
        if kept is None or not hmac.compare_digest(kept, _hashed(secret)):
            await self._found(code, address)
            raise not_yours()

    async def end(self, code: str, _: dict[str, Any]) -> None:
        """Forget the class, with all that was said in it."""
        await self.store.end(code)
        await self.store.tell(code, CLASS)

    async def _found(self, code: str, address: str) -> Mapping[str, str]:
        """The class of a code that somebody typed. Wrong codes are counted, right ones are not."""
        if not await self.store.take("guesses", address, 0) or not await self.store.take("all guesses", cost=0):
            raise Refusal(429, say("Too many wrong codes were tried: wait a minute, and try again."))
        try:
            return await self._entries(code)
        except Refusal:
            await self.store.take("guesses", address)
            await self.store.take("all guesses")
            raise

    async def _entries(self, code: str) -> Mapping[str, str]:
        entries = await self.store.all(code, "class")
        if not entries:
            raise no_class()
        return entries

    # --- what is seen -------------------------------------------------------------------------------------------------

    async def now(self, code: str, entries: Mapping[str, str] | None = None) -> WireClass:
        """All that every learner sees."""
        entries = entries or await self._entries(code)
        question = await self.question(code, entries)
        return {
            "code": code,
            "revision": int(entries["revision"]),
            "until": float(entries["until"]),
            "names": json.loads(entries["names"]),
            "shown": json.loads(entries.get("shown", "null")),
            "question": await self._public(code, question) if question else None,
            "challenge": json.loads(entries.get("challenge", "null")),
        }

    async def question(self, code: str, entries: Mapping[str, str] | None = None) -> Kept | None:
        """The question before the class, with its right answer; None where there is none."""
        entries = entries or await self._entries(code)
        if not entries.get("question"):
            return None
        kept = await self.store.get(code, "questions", entries["question"])
        return cast(Kept, json.loads(kept)) if kept else None

    async def _public(self, code: str, question: Kept) -> WireQuestion:
        """A question as learners see it: what is right, and what others answered, once it is revealed."""
        hidden = {"asked"} if question["phase"] == "revealed" else {"asked", "right", "tolerance", "working"}
        found = cast(WireQuestion, {name: value for name, value in question.items() if name not in hidden})
        if question["phase"] == "revealed":
            found["tally"] = await self.tally(code, question)
        return found

    async def tally(self, code: str, question: Kept) -> WireTally:
        """All answers so far, counted; what is right among them once it is revealed."""
        rounds = [await self.answers(code, question["id"], n + 1) for n in range(question["round"])]
        values = [[*map(json.loads, each.values())] for each in rounds]
        return tally(question, values, question["phase"] == "revealed")

    async def answers(self, code: str, question: str, number: int) -> dict[str, str]:
        """Of one round, by learner, as JSON."""
        return await self.store.all(code, f"answers:{question}:{number}")

    async def you(self, member: Member) -> WireYou:
        """A learner's own part."""
        entries, record = await self._entries(member.code), await self._learner(member)
        question = await self.question(member.code, entries)
        return {
            "nickname": record["nickname"],
            "follows": record["follows"],
            "answers": await self._own_answers(member, question) if question else [],
            "reached": await self._reached(member, entries),
        }

    async def _own_answers(self, member: Member, question: Kept) -> list[WireAnswered]:
        found: list[WireAnswered] = []
        for number in range(1, question["round"] + 1):
            kept = await self.store.get(member.code, _book(question, number), member.key)
            if kept is not None:
                found.append({"question": question["id"], "round": number, "value": json.loads(kept)})
        return found

    async def _reached(self, member: Member, entries: Mapping[str, str]) -> bool:
        challenge = json.loads(entries.get("challenge", "null"))
        return bool(
            challenge and await self.store.get(member.code, f"reached:{challenge['id']}", member.key) is not None
        )

    # --- what learners do ---------------------------------------------------------------------------------------------

    async def answer(self, member: Member, message: dict[str, Any]) -> WireAnswered:
        """Stored once for each round: the first answer counts. A second one that is the same is acknowledged again."""
        question = await self.question(member.code)
        number = reading.whole(message.get("round"), "round", limits.MOST_ROUNDS)
        if question is None or question["id"] != message.get("question") or number != question["round"]:
            raise Refusal(409, say("This question is no longer before the class."))
        value = reading.value(question, message.get("value"))
        kept = await self._answered(member, question, json.dumps(value))
        if json.loads(kept) != value:
            raise Refusal(409, say("You have answered already, and the first answer counts."))
        return {"question": question["id"], "round": number, "value": value}

    async def _answered(self, member: Member, question: Kept, value: str) -> str:
        """What is stored: this answer, or an earlier one."""
        book = _book(question, question["round"])
        if question["phase"] != "open":
            kept = await self.store.get(member.code, book, member.key)
            if kept is None:
                raise Refusal(409, say("This question is closed: no more answers are counted."))
            return kept
        if not self.limits.answers.allows(member.code):
            raise too_often()
        kept = await self.store.add(member.code, book, member.key, value, limits.MOST_LEARNERS)
        await self.store.tell(member.code, HERE)
        await self._tell_if_revealed(member.code, question)
        return kept

    async def _tell_if_revealed(self, code: str, question: Kept) -> None:
        """An answer may be written between the last look at a question and its reveal: then all are told again."""
        now = await self.store.get(code, "questions", question["id"])
        if now and json.loads(now)["phase"] == "revealed":
            await self._told_all(code)

    async def reach(self, member: Member, message: dict[str, Any]) -> None:
        """query: the solution, which its owner agrees to show; without it, or once it is taken back, only counted."""
        challenge = json.loads((await self._entries(member.code)).get("challenge", "null"))
        if challenge is None or challenge["id"] != message.get("challenge"):
            raise Refusal(409, say("This challenge is no longer before the class."))
        book, query = f"reached:{challenge['id']}", reading.query(message)
        if query and not await asyncio.to_thread(reaches, challenge, query):
            raise Refusal(409, say("The numbers of this link do not reach the challenge."))
        await self.store.add(member.code, book, member.key, query, limits.MOST_LEARNERS)
        await self.store.put(member.code, book, member.key, query)
        await self.store.tell(member.code, HERE)

    # --- what the teacher does ----------------------------------------------------------------------------------------

    async def show(self, code: str, message: dict[str, Any]) -> int:
        shown: WireShown = reading.shown(message)
        return await self._changed(code, "shown", json.dumps(shown))

    async def ask(self, code: str, message: dict[str, Any]) -> int:
        """Put a question before the class, in place of any other. Asked twice with one id, it is asked once."""
        question: Kept = {**reading.asked(message), "round": 1, "phase": "open", "asked": time.time()}
        await self._noted(code, "questions", question["id"], question, limits.MOST_QUESTIONS)
        return await self._changed(code, "question", question["id"])

    async def close_question(self, code: str, message: dict[str, Any]) -> int:
        """No more answers in this round."""
        return await self._moved(code, message, {"phase": "closed"}, ("open", "closed"))

    async def again(self, code: str, message: dict[str, Any]) -> int:
        """A second round, after the first was discussed; what was answered in the first stays."""
        return await self._moved(code, message, {"phase": "open", "round": limits.MOST_ROUNDS}, ("open", "closed"))

    async def reveal(self, code: str, message: dict[str, Any]) -> int:
        return await self._moved(code, message, {"phase": "revealed"}, ("open", "closed", "revealed"))

    async def dismiss(self, code: str, _: dict[str, Any]) -> int:
        """Put the question away; its answers stay in the results."""
        return await self._changed(code, "question", "")

    async def _moved(self, code: str, message: dict[str, Any], to: dict[str, Any], allowed: tuple[str, ...]) -> int:
        question = await self.question(code)
        if question is None or question["id"] != message.get("question"):
            raise Refusal(409, say("This question is no longer before the class."))
        if question["phase"] not in allowed:
            raise Refusal(409, say("The answer to this question is revealed already."))
        await self.store.put(code, "questions", question["id"], json.dumps({**question, **to}))
        return await self._changed(code, "question", question["id"])

    async def challenge(self, code: str, message: dict[str, Any]) -> int:
        """Give a challenge to the class; without an id, take it away."""
        given: WireChallenge | None = reading.challenge(message) if message.get("id") else None
        if given:
            await self._noted(code, "challenges", given["id"], given, limits.MOST_CHALLENGES)
        return await self._changed(code, "challenge", json.dumps(given))

    async def _noted(self, code: str, book: str, key: str, record: Any, most: int) -> None:
        try:
            await self.store.add(code, book, key, json.dumps(record), most)
        except FullError as full:
            raise Refusal(409, say("A class has at most {most} {book}.", most=most, book=book)) from full

    async def _changed(self, code: str, key: str, value: str) -> int:
        await self.store.put(code, "class", key, value)
        return await self._told_all(code)

    async def _told_all(self, code: str) -> int:
        revision = await self.store.bump(code)
        await self.store.tell(code, CLASS)
        return revision


def _book(question: Kept, number: int) -> str:
    return f"answers:{question['id']}:{number}"


def _hashed(secret: str) -> str:
    """Secrets are long and random: a plain hash cannot be turned around."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE))


def spelled(code: str) -> str:
    """A code as it may be typed: small letters, blanks and dashes; "" where it cannot be one."""
    found = code.upper().replace(" ", "").replace("-", "")
    return found if len(found) == CODE and set(found) <= set(LETTERS) else ""
