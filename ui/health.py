"""Whether this process is well, and what it did: counts and times of requests and classes. Nothing about anybody."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import posts
from .classroom import routes as classroom
from .classroom.store import StoreError

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
# What a path begins with, and what it is called; names of lessons, sessions and classes are in no label.
AREAS = (
    ("atlas/edits", "edits"),
    ("atlas/scope", "microscope"),
    ("atlas/class", "class"),
    ("atlas", "scripts"),
    ("_stcore", "streamlit"),
    ("static", "files"),
    ("app/static", "files"),
    ("media", "files"),
    ("healthz", "health"),
    ("metrics", "health"),
)

_REGISTRY = CollectorRegistry()
_REQUESTS = Counter("atlas_requests", "Requests by area and status", ["area", "status"], registry=_REGISTRY)
_TIMES = Histogram(
    "atlas_request_seconds", "Until an answer begins, by area", ["area"], buckets=SECONDS, registry=_REGISTRY
)
ProcessCollector(registry=_REGISTRY)


class _Classes(Collector):
    """Browsers of classes that are connected to this process."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        streams = GaugeMetricFamily("atlas_class_streams", "Browsers that hear events of a class", labels=["who"])
        rooms = classroom.rooms()
        streams.add_metric(["learner"], sum(len(room.learners) for room in rooms))
        streams.add_metric(["teacher"], sum(len(room.teachers) for room in rooms))
        yield streams
        yield GaugeMetricFamily("atlas_class_rooms", "Classes with browsers in this process", value=len(rooms))


_REGISTRY.register(_Classes())


class Measured:
    """Counts requests, and takes the time until each answer begins."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        area, begun = area_of(scope["path"]), time.perf_counter()

        async def noted(part: Any) -> None:
            if part["type"] == "http.response.start":
                _TIMES.labels(area).observe(time.perf_counter() - begun)
                _REQUESTS.labels(area, part["status"]).inc()
            await send(part)

        await self.app(scope, receive, noted)


def area_of(path: str) -> str:
    """One of a few names."""
    inner = path.removeprefix(posts.served_under or "").lstrip("/")
    return next((name for start, name in AREAS if inner == start or inner.startswith(f"{start}/")), "pages")


async def healthz(_: Request) -> Response:
    """200 while this process answers. Without the store of classes all else goes on, so that is said beside it."""
    try:
        await classroom.check()
        classes = "ok"
    except StoreError:
        classes = "out of reach"
    return JSONResponse({"pages": "ok", "classes": classes}, headers=posts.NO_STORE)


async def metrics(_: Request) -> Response:
    """In the text format of Prometheus."""
    return Response(generate_latest(_REGISTRY), media_type="text/plain; version=0.0.4", headers=posts.NO_STORE)
