"""What clients notice of a replay of everything: how soon commands are visible, what readers see, the wait at a swap.

And what verifying costs. The log has the corpus, if one is named, and as many events as in `replay`.
"""

import asyncio
import re
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import uvloop

from benchmarks.bench_stack import ROOT, BenchStack
from benchmarks.cases.replay import fill
from benchmarks.cases.visible import paced
from benchmarks.conversation import Conversation
from benchmarks.load import LoadReport, request
from benchmarks.measurement import Measurement
from benchmarks.mixed_load import MixedSession, Readers
from engine.replays.swapping import serving_number, swap_soon

COMMANDS_A_SECOND = 20.0
READ_EVERY_S = 0.005
SWAPS, SWAP_EVERY_S, SWAPPED = 60, 0.25, "post_lists"
TOLD = 10
RETIRED = "SELECT number FROM projection.generations WHERE model = $1 AND state = 'retired'"
STEP = re.compile(r'palimpsest_replay_step_seconds_sum{step="(\w+)"} (\S+)')
SERVED = """
SELECT format('SELECT count(*) FROM %I.%I', t.table_schema, t.table_name)
  FROM information_schema.tables t
  JOIN projection.generations g ON t.table_schema = g.model || '_g' || g.number AND g.state = 'serving'
"""


@dataclass(slots=True)
class Reader:
    """Reads the newest posts two hundred times a second, without retrying, and keeps how long each answer took."""

    stack: BenchStack
    latencies: list[float] = field(default_factory=list)
    is_done: bool = False

    async def read(self) -> None:
        connection = await Conversation.open(self.stack.query_port)
        while not self.is_done:
            began = time.perf_counter()
            answer = await connection.ask(request("GET", "/posts?limit=1"))
            if answer.status != 200:  # noqa: PLR2004 - OK
                raise RuntimeError(f"GET answered {answer.status}: {answer.body[:300]!r}")
            self.latencies.append(time.perf_counter() - began)
            await asyncio.sleep(READ_EVERY_S)
        connection.close()


async def command(stack: BenchStack, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(str(ROOT / "palimpsest"), *words, env=stack.environment)
    if await process.wait():
        raise RuntimeError(f"{words} failed")


async def step_seconds(stack: BenchStack) -> dict[str, float]:
    async with httpx.AsyncClient() as client:
        told = await client.get(f"http://127.0.0.1:{stack.port('replayer')}/metrics")
    return {step: float(seconds) for step, seconds in STEP.findall(told.text)}


async def rows_served(stack: BenchStack) -> int:
    connection = await asyncpg.connect(stack.url("read"))
    try:
        return sum([await connection.fetchval(row[0]) for row in await connection.fetch(SERVED)])
    finally:
        await connection.close()


async def seen_beside_a_replay(session: MixedSession) -> LoadReport:
    report = LoadReport()
    replaying = asyncio.create_task(command(session.stack, "replay", "--all", "--yes"))
    while not replaying.done():
        report.add(await paced(session, COMMANDS_A_SECOND))
    await replaying
    return report


async def longest_read_ms(stack: BenchStack, meanwhile: Coroutine[Any, Any, None]) -> float:
    reader = Reader(stack)
    reading = asyncio.create_task(reader.read())
    await meanwhile
    reader.is_done = True
    await reading
    return max(reader.latencies) * 1000


async def swaps(stack: BenchStack) -> None:
    """Back and forth between two generations, as `rollback` does it, without the start of a process each time."""
    connection = await asyncpg.connect(stack.url("read", role="palimpsest_projector"))
    try:
        for _ in range(SWAPS):
            serving = await serving_number(connection, SWAPPED)
            other = await connection.fetchval(RETIRED, SWAPPED)
            await swap_soon(connection, SWAPPED, serving, other, patience_s=20)
            await asyncio.sleep(SWAP_EVERY_S)
    finally:
        await connection.close()


async def measure(stack: BenchStack) -> list[Measurement]:
    events = await fill(stack)
    session = MixedSession(stack, stack.access_token())
    quiet, readers = Readers(session), Readers(session)
    async with quiet.reading():
        alone = await paced(session, COMMANDS_A_SECOND)
    before = await step_seconds(stack)
    async with readers.reading():
        beside = await seen_beside_a_replay(session)
    steps = await step_seconds(stack)
    verifying = steps["verifying"] - before.get("verifying", 0.0)
    rows = await rows_served(stack)
    unswapped = await longest_read_ms(stack, asyncio.sleep(SWAPS * SWAP_EVERY_S))
    swapped = await longest_read_ms(stack, swaps(stack))
    for told in [*quiet.wrong, *readers.wrong][:TOLD]:
        print(told)
    p99, p99_alone = beside.percentile_ms(0.99), alone.percentile_ms(0.99)
    name = "beside a replay"
    load = f"{COMMANDS_A_SECOND:g} commands/s, {readers.reads / readers.report.seconds:.0f} reads/s"
    wrong = f"reads refused, empty or older, of {readers.reads:,}"
    slowest = (
        f"p99 {readers.report.percentile_ms(0.99):.1f} ms, {quiet.report.percentile_ms(0.99):.1f} without a replay"
    )
    return [
        Measurement(name, f"`replay --all --yes`, {events:,} events, {load}", readers.report.seconds, "s"),
        Measurement(name, wrong, len(readers.wrong), "", 0, is_ceiling=True, note=slowest),
        Measurement(name, "visible p99 without one", p99_alone, "ms"),
        Measurement(name, "visible p99 with one at default settings", p99, "ms"),
        Measurement(name, "with / without", p99 / p99_alone, "x", 3, is_ceiling=True),
        Measurement(name, f"verify, a million rows (of {rows:,})", verifying / rows * 1e6, "s", 10, is_ceiling=True),
        Measurement(name, "longest of 200 reads/s while nothing is swapped", unswapped, "ms"),
        Measurement(name, f"longest of 200 reads/s during {SWAPS} swaps", swapped, "ms", 20, is_ceiling=True),
    ]


def run(stack: BenchStack) -> list[Measurement]:
    return uvloop.run(measure(stack))
