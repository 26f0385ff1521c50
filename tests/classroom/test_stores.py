"""Both stores keep the same promises."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.waiting import alone
from ui.classroom import limits
from ui.classroom.redis_store import RedisStore
from ui.classroom.sqlite_store import SqliteStore
from ui.classroom.store import FullError, GoneError, Store, StoreError

from .conftest import MakeStore

START = {"revision": "0", "names": "false"}


@asynccontextmanager
async def opened(make: MakeStore, code: str, seconds: float = 60.0) -> AsyncIterator[Store]:
    store = make()
    try:
        assert await store.open(code, time.time() + seconds, START)
        yield store
    finally:
        await store.end(code)
        await store.close()


def run(work: Awaitable[None]) -> None:
    async def done() -> None:
        await asyncio.wait_for(work, 20)

    alone(done())


def test_a_code_is_taken_once(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAA") as store:
            assert not await store.open("AAAAAA", time.time() + 60, {"revision": "7"})
            assert await store.all("AAAAAA", "class") == START

    run(work())


def test_entries_are_written_over_added_once_and_removed(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAB") as store:
            await store.put("AAAAAB", "book", "a", "1")
            await store.put("AAAAAB", "book", "a", "2")
            assert await store.add("AAAAAB", "book", "a", "3", 5) == "2"
            assert await store.add("AAAAAB", "book", "b", "4", 5) == "4"
            assert await store.all("AAAAAB", "book") == {"a": "2", "b": "4"}
            await store.remove("AAAAAB", "book", "a")
            assert await store.get("AAAAAB", "book", "a") is None
            assert await store.get("AAAAAB", "book", "b") == "4"
            assert await store.get("AAAAAB", "other", "b") is None

    run(work())


def test_many_who_add_at_once_fill_a_book_and_no_more(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAC") as store:
            adding = (store.add("AAAAAC", "book", f"{n}", "x", 13) for n in range(31))
            found = await asyncio.gather(*adding, return_exceptions=True)
            assert found.count("x") == 13
            assert sum(isinstance(each, FullError) for each in found) == 18
            assert len(await store.all("AAAAAC", "book")) == 13

    run(work())


def test_two_who_add_the_same_are_told_the_same(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAD") as store:
            other = make_store()
            adding = ((store, other)[n % 2].add("AAAAAD", "book", "key", f"{n}", 5) for n in range(20))
            assert len(set(await asyncio.gather(*adding))) == 1
            await other.close()

    run(work())


def test_a_class_that_is_over_is_gone_with_all_its_books(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAE", seconds=0.6) as store:
            await store.put("AAAAAE", "book", "a", "1")
            before = await store.classes()
            await asyncio.sleep(0.8)
            await assert_gone(store, "AAAAAE")
            assert await store.classes() == before - 1
            assert await store.open("AAAAAE", time.time() + 60, START)
            assert await store.all("AAAAAE", "book") == {}

    run(work())


def test_a_class_that_was_ended_is_gone_with_all_its_books(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAF") as store:
            await store.put("AAAAAF", "book", "a", "1")
            await store.end("AAAAAF")
            await assert_gone(store, "AAAAAF")

    run(work())


async def assert_gone(store: Store, code: str) -> None:
    assert await store.all(code, "class") == {}
    assert await store.get(code, "book", "a") is None
    refused: list[Callable[[], Awaitable[object]]] = [
        lambda: store.put(code, "book", "a", "2"),
        lambda: store.add(code, "book", "b", "2", 5),
        lambda: store.bump(code),
    ]
    for write in refused:
        with pytest.raises(GoneError):
            await write()
    assert await store.all(code, "book") == {}


def test_the_count_of_changes_goes_up_by_one_for_each(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAG") as store:
            counts = await asyncio.gather(*(store.bump("AAAAAG") for _ in range(20)))
            assert sorted(counts) == [*range(1, 21)]
            assert await store.get("AAAAAG", "class", "revision") == "20"

    run(work())


def test_whoever_listens_hears_of_its_own_class_only(make_store: MakeStore) -> None:
    async def work() -> None:
        async with opened(make_store, "AAAAAH") as store:
            heard = store.listen("AAAAAH")
            assert await anext(heard) == ""
            await store.tell("AAAAAJ", "other")
            await store.tell("AAAAAH", "mine")
            assert await anext(heard) == "mine"

    run(work())


def test_texts_of_every_kind_are_kept_as_they_are(make_store: MakeStore) -> None:
    texts = ["", "\x00", "<b>", "é\u202eab", "😀" * 1000, "'; DROP TABLE classes; --", "x" * 100_000]

    async def work() -> None:
        async with opened(make_store, "AAAAAK") as store:
            for n, text in enumerate(texts):
                await store.put("AAAAAK", "book", f"{n}", text)
            assert await store.all("AAAAAK", "book") == {f"{n}": text for n, text in enumerate(texts)}

    run(work())


# --- what is particular to one of them --------------------------------------------------------------------------------


def test_another_process_hears_what_is_told(redis_url: str) -> None:
    async def work() -> None:
        one, other = RedisStore(redis_url), RedisStore(redis_url)
        heard = one.listen("AAAAAL")
        assert await anext(heard) == ""
        await other.tell("AAAAAL", "from the other")
        assert await anext(heard) == "from the other"
        await one.close()
        await other.close()

    run(work())


def test_a_redis_that_is_not_there_is_said_to_be_out_of_reach() -> None:
    async def work() -> None:
        store = RedisStore("redis://127.0.0.1:1/0")
        with pytest.raises(StoreError, match="Redis"):
            await store.check()
        await store.close()

    run(work())


def test_a_file_that_cannot_be_written_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    async def work() -> None:
        (tmp_path / "folder").write_text("not a folder")
        store = SqliteStore(tmp_path / "folder" / "classes.sqlite3")
        with pytest.raises(StoreError, match="SQLite"):
            await store.check()
        await store.close()

    run(work())


def test_a_file_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    async def work() -> None:
        file = tmp_path / "folder" / "classes.sqlite3"
        store = SqliteStore(file)
        await store.check()
        assert file.stat().st_mode & 0o077 == 0
        assert file.parent.stat().st_mode & 0o077 == 0
        await store.close()

    run(work())


def test_an_answer_in_sqlite_is_reported_once_it_is_written(tmp_path: Path) -> None:
    """Another connection sees it as soon as whoever wrote it is told so."""

    async def work() -> None:
        one, other = (SqliteStore(tmp_path / "classes.sqlite3") for _ in range(2))
        assert await one.open("AAAAAM", time.time() + 60, START)
        for n in range(20):
            await one.add("AAAAAM", "book", f"{n}", "x", 50)
            assert len(await other.all("AAAAAM", "book")) == n + 1
        await one.close()
        await other.close()

    run(work())


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_limit_lets_so_many_through_for_each_key(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.SHARED, "guesses", limits.Rate(3, 0.0))

    async def work() -> None:
        store = make_store()
        assert await store.take("guesses", "a", cost=0)  # only looks
        assert [await store.take("guesses", "a") for _ in range(5)] == [True] * 3 + [False] * 2
        assert not await store.take("guesses", "a", cost=0)
        assert await store.take("guesses", "b")
        assert await store.take("starts", "a")
        await store.close()

    run(work())


def test_what_a_limit_has_used_up_comes_back(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.SHARED, "guesses", limits.Rate(1, 100.0))

    async def work() -> None:
        store = make_store()
        for _ in range(3):
            assert await store.take("guesses", "a")
            await asyncio.sleep(0.05)
        await store.close()

    run(work())


def test_limits_of_a_redis_count_for_all_its_processes(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.SHARED, "guesses", limits.Rate(3, 0.0))

    async def work() -> None:
        one, other = RedisStore(redis_url), RedisStore(redis_url)
        found = [await store.take("guesses", "all processes") for store in (one, other, one, other, one)]
        assert found == [True] * 3 + [False] * 2
        await one.close()
        await other.close()

    run(work())
