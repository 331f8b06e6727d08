"""What clients notice of a replay of everything: how soon commands are visible, how long readers wait at the swap.

And what verifying costs. Runs after `replay`, on the log that it filled.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

import asyncpg
import httpx
import uvloop

from benchmarks.bench_stack import ROOT, BenchStack
from benchmarks.cases.replay import fill
from benchmarks.cases.visible import Session, paced
from benchmarks.conversation import Conversation
from benchmarks.load import LoadReport, request
from benchmarks.measurement import Measurement

COMMANDS_A_SECOND = 20.0
READ_EVERY_S = 0.005
SWAPS = 10
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


async def seen_beside_a_replay(session: Session) -> LoadReport:
    report = LoadReport()
    replaying = asyncio.create_task(command(session.stack, "replay", "--all", "--yes"))
    while not replaying.done():
        report.add(await paced(session, COMMANDS_A_SECOND))
    await replaying
    return report


async def longest_read_ms(stack: BenchStack, *words: str) -> float:
    """While a command is said ten times over: its own start takes processor time, too."""
    reader = Reader(stack)
    reading = asyncio.create_task(reader.read())
    for _ in range(SWAPS):
        await command(stack, *words)
    reader.is_done = True
    await reading
    return max(reader.latencies) * 1000


async def measure(stack: BenchStack) -> list[Measurement]:
    await fill(stack)
    session = Session(stack, stack.access_token())
    alone = await paced(session, COMMANDS_A_SECOND)
    before = await step_seconds(stack)
    beside = await seen_beside_a_replay(session)
    steps = await step_seconds(stack)
    verifying = steps["verifying"] - before.get("verifying", 0.0)
    rows = await rows_served(stack)
    p99, p99_alone = beside.percentile_ms(0.99), alone.percentile_ms(0.99)
    quiet = await longest_read_ms(stack, "generations")
    swapping = await longest_read_ms(stack, "rollback", "post_lists", "--yes")
    name = "beside a replay"
    return [
        Measurement(name, f"visible p99 at {COMMANDS_A_SECOND:g} commands/s, without one", p99_alone, "ms"),
        Measurement(name, "visible p99 with one at default settings", p99, "ms"),
        Measurement(name, "with / without", p99 / p99_alone, "x", 3, is_ceiling=True),
        Measurement(name, f"verify, a million rows (of {rows:,})", verifying / rows * 1e6, "s", 10, is_ceiling=True),
        Measurement(name, f"longest of 200 reads/s beside {SWAPS} commands that swap nothing", quiet, "ms"),
        Measurement(name, f"longest of 200 reads/s beside {SWAPS} that swap", swapping, "ms", 20, is_ceiling=True),
    ]


def run(stack: BenchStack) -> list[Measurement]:
    return uvloop.run(measure(stack))
