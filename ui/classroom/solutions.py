"""What a learner agrees to show is looked at before it is shown: a link whose numbers reach the challenge."""

from __future__ import annotations

from urllib.parse import parse_qsl

from attention_core import CURRICULUM
from attention_core.mechanisms import MECHANISMS
from ui.share import decode

from .wire import WireChallenge

CHALLENGES = {mechanism.key: len(mechanism.challenges) for mechanism in CURRICULUM}


def reaches(challenge: WireChallenge, query: str) -> bool:
    """Whether the numbers of a link reach a challenge, as its lesson decides. Takes as long as the lesson does."""
    mechanism = MECHANISMS[challenge["lesson"]]
    session = decode(mechanism, dict(parse_qsl(query)))
    return bool(mechanism.challenges[challenge["number"]].reached(session.numbers.trace))
