"""Questions to the microscope, as posts of the browser: answered outside of the threads that run the pages."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from attention_core.engine.errors import InputError
from attention_core.engine.language import language, say, say_many
from attention_core.models import ModelError
from ui.jobs import BusyError, Jobs, Shelf
from ui.posts import NO_STORE, is_from_this_page, read_body

from . import uploads
from .answers import PROGRESS, QUESTIONS, Asked, Question, asked_of, is_read

PATH = "atlas/scope"
MOST_BYTES = 64_000  # of a question
WORKERS, MOST_JOBS = 2, 32
WAIT = 1.0  # seconds until a browser is told its place in the queue; it then asks again
JOBS = Jobs[bytes](WORKERS, MOST_JOBS)
ANSWERS = Shelf[bytes](32_000_000)
uploads.forgetting.append(lambda session: ANSWERS.forget(session))


async def post(request: Request) -> Response:
    """200 with the answer; 202 with its place in the queue, to be asked again; 422 with a sentence; 503 when busy."""
    what = request.path_params["what"]
    if what not in QUESTIONS:
        return Response(status_code=404, headers=NO_STORE)
    if not is_from_this_page(request):
        return Response(status_code=403, headers=NO_STORE)
    body = await read_body(request, MOST_BYTES)
    if body is None:
        return Response(status_code=413, headers=NO_STORE)
    try:
        return await _answered(what, QUESTIONS[what], asked_of(json.loads(body)))
    except Exception as problem:
        return _refusal(problem)


async def receive(request: Request) -> Response:
    """A file of a model that is uploaded: 200 once it is kept, 422 with a sentence."""
    if not is_from_this_page(request, "application/octet-stream"):
        return Response(status_code=403, headers=NO_STORE)
    try:
        upload = uploads.upload_of(request.path_params["session"])
        await upload.receive(request.path_params["file"], request.stream())
    except ModelError as problem:
        return _refusal(problem)
    return _said(200, {})


def _refusal(problem: Exception) -> Response:
    """One sentence about what was wrong with a question. Raises what is no fault of the question."""
    if isinstance(problem, ModelError | InputError):
        return _said(422, {"problem": uploads.without_places(str(problem))})
    if isinstance(problem, BusyError):
        sentence = say(
            "{most_jobs} questions are waiting for the models already: try again in a moment.", most_jobs=MOST_JOBS
        )
        return _said(503, {"problem": sentence})
    if isinstance(problem, ValueError | RecursionError | TypeError | IndexError):
        return _said(400, {"problem": say("This is no question to the microscope.")})
    raise problem


async def _answered(what: str, question: Question, asked: Asked) -> Response:
    key = (language(), what, *asked.key, json.dumps(asked.more, sort_keys=True))
    kept = ANSWERS.get(key)
    if kept is not None:
        return _packed(200, kept)
    work = _work(key, question, asked)
    if question.light and is_read(asked):
        return _packed(200, await run_in_threadpool(work))
    job = JOBS.ask(key, work)
    done, _ = await asyncio.wait([asyncio.wrap_future(job)], timeout=WAIT)
    return _packed(200, done.pop().result()) if done else _said(202, _waiting(key, asked))


def _work(key: Any, question: Question, asked: Asked) -> Callable[[], bytes]:
    def work() -> bytes:
        made = gzip.compress(json.dumps(question.answer(asked), allow_nan=False).encode(), 6)
        return ANSWERS.put(key, made, len(made)) if question.kept else made

    return work


def _waiting(key: Any, asked: Asked) -> dict[str, Any]:
    place = JOBS.before(key)
    converted = PROGRESS.get(asked.model)
    if converted is not None and not place:
        said = say("The model is made ready, once: {converted:.0%} of its weights.", converted=converted)
    elif place:
        said = say_many(
            "The models are busy: {n} question is before yours.",
            "The models are busy: {n} questions are before yours.",
            place,
        )
    else:
        said = say("The model is at work.")
    return {"waiting": place, "said": said}


def _said(status: int, content: dict[str, Any]) -> Response:
    return _packed(status, gzip.compress(json.dumps(content).encode(), 1))


def _packed(status: int, body: bytes) -> Response:
    headers = {**NO_STORE, "content-encoding": "gzip"}
    return Response(body, status, headers, "application/json")
