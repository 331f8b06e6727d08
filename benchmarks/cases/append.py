"""Group append against one plain INSERT a transaction, and against itself in groups of one; 16 writers each."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg
import orjson

from benchmarks.bench_stack import BenchStack
from benchmarks.measurement import Measurement
from benchmarks.scratch_log import ScratchLog, scratch_log
from engine.log.appender import Appender
from engine.log.records import Append, Claim, NewEvent

WRITERS = 16
SECONDS = 5.0
PAYLOAD = orjson.dumps({"title": "x" * 80, "body": "y" * 400}).decode()
METADATA = orjson.dumps({"actor": str(uuid4()), "correlation": str(uuid4())}).decode()
PLAIN_TABLE = """
CREATE TABLE IF NOT EXISTS plain_inserts (
    position bigserial PRIMARY KEY, stream text, version int, data text, metadata text, recorded_at timestamptz,
    UNIQUE (stream, version))
"""
PLAIN_INSERT = "INSERT INTO plain_inserts (stream, version, data, metadata, recorded_at) VALUES ($1, 1, $2, $3, now())"


async def rate(write: Callable[[], Awaitable[object]]) -> float:
    """Writes a second by 16 writers, each waiting for its answer."""
    until = time.perf_counter() + SECONDS
    written = 0

    async def writer() -> None:
        nonlocal written
        while time.perf_counter() < until:
            await write()
            written += 1

    started = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return written / (time.perf_counter() - started)


def one_append(*, has_claim: bool = False) -> Append:
    key = str(uuid4())
    event = NewEvent(uuid4(), "PostDrafted", 1, PAYLOAD, METADATA)
    claims = (Claim("slug", key),) if has_claim else ()
    return Append(uuid4(), f"bench-{key}", 0, key, (event,), claims)


async def grouped(url: str, max_group: int, *, has_claim: bool = False) -> float:
    appender = Appender(url, max_group=max_group)
    await appender.start()
    try:
        return await rate(lambda: appender.append(one_append(has_claim=has_claim)))
    finally:
        await appender.stop()


async def plain(url: str) -> float:
    async with asyncpg.create_pool(url, min_size=WRITERS, max_size=WRITERS) as pool:
        await pool.execute(PLAIN_TABLE)
        return await rate(lambda: pool.execute(PLAIN_INSERT, str(uuid4()), PAYLOAD, METADATA))


async def measure(log: ScratchLog) -> list[Measurement]:
    role = log.url("palimpsest_command")
    inserts = await plain(log.url())
    groups = await grouped(role, 256)
    ones = await grouped(role, 1)
    claiming = await grouped(role, 256, has_claim=True)
    return [
        Measurement("append", "plain INSERT a transaction", inserts, "/s"),
        Measurement("append", "group append", groups, "/s"),
        Measurement("append", "group append with a claim", claiming, "/s"),
        Measurement("append", "the same in groups of one", ones, "/s"),
        Measurement("append", "group / plain INSERT", groups / inserts, "x", 1.2),
        Measurement("append", "group / groups of one", groups / ones, "x", 3.0),
    ]


def run(stack: BenchStack) -> list[Measurement]:
    log = scratch_log(stack)
    with stack.paused("relay", "projectors", "jobs", "replayer", "query_api", "command_api", "kafka"):
        return asyncio.run(measure(log))
