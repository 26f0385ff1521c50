"""Whether the process is well, and what it counts: nothing that belongs to anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed
from starlette.applications import Starlette
from starlette.requests import Request

from tests.classroom.kit import Events, ask, joined, listening, serving, started
from tests.waiting import alone
from ui import health, posts
from ui.classroom import routes
from ui.classroom.routes import Classroom
from ui.classroom.sqlite_store import SqliteStore
from ui.server import SETTINGS

REQUEST = Request({"type": "http", "method": "GET", "path": "/metrics", "headers": []})


def samples() -> dict[tuple[str, ...], float]:
    text = bytes(alone(health.metrics(REQUEST)).body).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value for family in parsed(text) for sample in family.samples
    }


def test_requests_are_counted_by_area_and_status_alone() -> None:
    app = Starlette(routes=SETTINGS["routes"], middleware=SETTINGS["middleware"][:1])

    async def asked(path: str, method: str = "GET") -> None:
        scope = {"type": "http", "method": method, "path": path, "query_string": b"data=secret", "headers": []}

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        await app(scope, receive, Events().send)

    before = samples()
    for path in (
        "/healthz",
        "/atlas/edits/some-session",
        "/atlas/class/ABCDEF/answer",
        "/scaled-dot-product-attention",
    ):
        alone(asked(path, "POST" if "atlas" in path else "GET"))
    after = samples()
    grown = {key[1:] for key, value in after.items() if key[0] == "atlas_requests_total" and value > before.get(key, 0)}
    assert grown == {("health", "200"), ("edits", "404"), ("class", "403"), ("pages", "404")}
    text = bytes(alone(health.metrics(REQUEST)).body).decode()
    assert not [word for word in ("secret", "some-session", "ABCDEF", "scaled-dot") if word in text]
    assert (
        after["atlas_request_seconds_count", "health"] == before.get(("atlas_request_seconds_count", "health"), 0) + 1
    )


def test_browsers_of_a_class_are_counted(tmp_path: Path) -> None:
    async def work() -> None:
        async with serving(Classroom(SqliteStore(tmp_path / "classes.sqlite3"))):
            code, secret = await started()
            learner = await joined(code)
            async with listening(f"{code}/events", learner) as events, listening(f"{code}/room", secret) as room:
                await events.next("class")
                await room.next("room")
                text = bytes((await health.metrics(REQUEST)).body).decode()
            assert 'atlas_class_streams{who="learner"} 1.0' in text
            assert 'atlas_class_streams{who="teacher"} 1.0' in text
            assert "atlas_class_rooms 1.0" in text
            assert (await ask(f"{code}/end", key=secret)).status == 200

    alone(work())


@pytest.mark.parametrize(("url", "classes"), [("", "ok"), ("redis://127.0.0.1:1/0", "out of reach")])
def test_a_process_is_well_also_where_classes_are_out_of_reach(
    url: str, classes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_REDIS_URL", url)
    monkeypatch.setattr(routes, "_open", None)

    async def work() -> None:
        answer = await health.healthz(REQUEST)
        assert (answer.status_code, bytes(answer.body)) == (200, f'{{"pages":"ok","classes":"{classes}"}}'.encode())
        await routes.close()

    alone(work())


def test_areas_are_found_below_a_path_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "served_under", "/atlas-of/attention")
    assert health.area_of("/atlas-of/attention/atlas/class/ABCDEF/join") == "class"
    assert health.area_of("/atlas-of/attention/self-attention") == "pages"
