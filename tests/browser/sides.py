"""A class in two windows: the teacher's at the desk, a learner's on a phone, each in a browser of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import BrowserContext

from tools.serving import Server, running

from .stage_page import StagePage
from .watch import Watch

PHONE = {"width": 390, "height": 844}


def class_server(folders: pytest.TempPathFactory) -> AbstractContextManager[Server]:
    """A server that keeps its classes in a file of its own."""
    folder = folders.mktemp("class")
    environment = {**os.environ, "ATLAS_CLASS_FILE": str(folder / "classes.sqlite3")}
    return running(Server(folder / "log.txt", environment=environment))


def both_sides(server: Server, context: Callable[..., BrowserContext]) -> list[StagePage]:
    """The teacher's page and a learner's, both watched."""
    sides = []
    for settings in ({}, {"viewport": PHONE}):
        page, watch = context(**settings).new_page(), Watch()
        watch.page(page)
        sides.append(StagePage(page, server.url, watch))
    return sides
