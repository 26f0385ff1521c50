"""Classes in Redis, for several processes: what one of them changes, all others hear.

Each book is a hash. What has to hold for a whole operation (the class is still there, the book is not full, the book
ends with the class) is a script that Redis runs undivided.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any

from redis import asyncio as redis
from redis.exceptions import RedisError

from .limits import SHARED
from .store import FullError, GoneError, StoreError

PATIENCE = 5.0  # seconds for an answer of Redis
AGAIN = 0.5  # seconds until a lost subscription is tried again
CONNECTIONS = 12
WAITING = 20.0  # seconds for one of them to be free
QUIET = 15.0  # seconds after which a subscription without news is known to be alive

SETTINGS: dict[str, Any] = {
    "decode_responses": True, "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE,
    "health_check_interval": 15,
}  # fmt: skip

# KEYS: the book "class", the book; ARGV: key, value, most entries (-1: write over what is there)
WRITE = """
local until_ = redis.call('PEXPIRETIME', KEYS[1])
if until_ == -2 then return {'gone'} end
if tonumber(ARGV[3]) >= 0 then
  local there = redis.call('HGET', KEYS[2], ARGV[1])
  if there then return {'there', there} end
  if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then return {'full'} end
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIREAT', KEYS[2], until_)
return {'there', ARGV[2]}
"""
# KEYS: the book "class"; ARGV: until in ms, then keys and values
OPEN = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIREAT', KEYS[1], ARGV[1])
return 1
"""
BUMP = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HINCRBY', KEYS[1], 'revision', 1)
"""
# KEYS: a limit of one key; ARGV: burst, how many a second, cost. What is left is kept until all of it is there again.
TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local burst, rate, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'left', 'since')
local left = burst
if kept[1] then left = math.min(burst, tonumber(kept[1]) + (now - tonumber(kept[2])) * rate) end
if left < 1 then return 0 end
if cost > 0 then
  redis.call('HSET', KEYS[1], 'left', tostring(left - cost), 'since', string.format('%.6f', now))
  if rate > 0 then redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate)) end
end
return 1
"""
OPENED = "atlas:classes"  # sorted set: codes by their end


class RedisStore:
    """See `Store`."""

    def __init__(self, url: str) -> None:
        # Requests wait for one of few connections: 300 who answer at once would else open 300.
        pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=WAITING,
            **SETTINGS,
        )
        self._redis: Any = redis.Redis(connection_pool=pool)
        self._lines: Any = redis.Redis.from_url(url, **SETTINGS)  # each subscription holds one
        self._write = self._redis.register_script(WRITE)
        self._open = self._redis.register_script(OPEN)
        self._bump = self._redis.register_script(BUMP)
        self._take = self._redis.register_script(TAKE)

    async def open(self, code: str, until: float, entries: Mapping[str, str]) -> bool:
        flat = [text for entry in entries.items() for text in entry]
        opened = await _answer(self._open(keys=[_name(code, "class")], args=[int(until * 1000), *flat]))
        if opened:
            await _answer(self._redis.zadd(OPENED, {code: until}))
        return bool(opened)

    async def get(self, code: str, book: str, key: str) -> str | None:
        found = await _answer(self._redis.hget(_name(code, book), key))
        return None if found is None else str(found)

    async def all(self, code: str, book: str) -> dict[str, str]:
        return dict(await _answer(self._redis.hgetall(_name(code, book))))

    async def put(self, code: str, book: str, key: str, value: str) -> None:
        await self._written(code, book, [key, value, -1])

    async def add(self, code: str, book: str, key: str, value: str, most: int) -> str:
        return await self._written(code, book, [key, value, most])

    async def _written(self, code: str, book: str, args: list[Any]) -> str:
        found = await _answer(self._write(keys=[_name(code, "class"), _name(code, book)], args=args))
        if found[0] == "gone":
            raise GoneError
        if found[0] == "full":
            raise FullError
        return str(found[1])

    async def remove(self, code: str, book: str, key: str) -> None:
        await _answer(self._redis.hdel(_name(code, book), key))

    async def bump(self, code: str) -> int:
        revision = int(await _answer(self._bump(keys=[_name(code, "class")])))
        if not revision:
            raise GoneError
        return revision

    async def end(self, code: str) -> None:
        books = await _answer(_listed(self._redis.scan_iter(match=_name(code, "*"), count=1000)))
        # The book "class" goes first: from then on nothing is added to the others.
        for book in sorted(books, key=lambda name: name != _name(code, "class")):
            await _answer(self._redis.delete(book))
        await _answer(self._redis.zrem(OPENED, code))

    async def classes(self) -> int:
        await _answer(self._redis.zremrangebyscore(OPENED, "-inf", time.time()))
        return int(await _answer(self._redis.zcard(OPENED)))

    async def tell(self, code: str, topic: str) -> None:
        await _answer(self._redis.publish(_name(code, "told"), topic))

    async def listen(self, code: str) -> AsyncIterator[str]:
        while True:
            line = self._lines.pubsub()
            try:
                await line.subscribe(_name(code, "told"))
                async for topic in _topics(line):
                    yield topic
            except (RedisError, OSError):
                await asyncio.sleep(AGAIN)
            finally:
                with contextlib.suppress(RedisError, OSError):
                    await line.aclose()

    async def take(self, limit: str, key: str = "", cost: int = 1) -> bool:
        """Counted by Redis for all processes: under a hash of the key, and forgotten once nothing is used up."""
        rate, name = SHARED[limit], hashlib.sha256(key.encode()).hexdigest()[:32]
        args = [rate.burst, rate.per_second, cost]
        return bool(await _answer(self._take(keys=[f"atlas:limit:{limit}:{name}"], args=args)))

    async def check(self) -> None:
        await _answer(self._redis.ping())

    async def close(self) -> None:
        for client in (self._redis, self._lines):
            await client.aclose()
        await self._redis.connection_pool.disconnect()


def _name(code: str, book: str) -> str:
    """The braces keep the books of a class together where Redis is spread over machines."""
    return f"atlas:{{{code}}}:{book}"


async def _topics(line: Any) -> AsyncIterator[str]:
    """What is told; "" once the subscription stands, before which some may have been missed."""
    while True:
        message = await line.get_message(timeout=QUIET)
        if message is None:
            await line.ping()
        elif message["type"] == "subscribe":
            yield ""
        elif message["type"] == "message":
            yield str(message["data"])


async def _listed(names: AsyncIterator[str]) -> list[str]:
    return [name async for name in names]


async def _answer(asked: Awaitable[Any]) -> Any:
    try:
        return await asked
    except (RedisError, OSError) as problem:
        raise StoreError(f"Redis: {problem}") from problem
