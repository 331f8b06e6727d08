"""Every read model built anew from a generated log, with HTML that is memoised and without, by the operator's command.

The log has at least PALIMPSEST_BENCH_EVENTS events (200,000) of the generated mix, and what the cases before left.
"""

import asyncio
import os
import time
from dataclasses import dataclass

import asyncpg
import psutil

from benchmarks.bench_stack import ROOT, BenchStack, family
from benchmarks.cases.backlog import HEAD, PROJECTED, THEIR_EVENTS, ask, eventsourcing_projection
from benchmarks.measurement import Measurement

EVENTS = int(os.environ.get("PALIMPSEST_BENCH_EVENTS", "200000"))
STEP = 100_000
FIRST_SEED, SEED_EVERY = 2_000, 1_000
WORKERS = 2
DEADLINE_S = 7_200
REACTED = "SELECT coalesce(sum(sequence), 0)::bigint FROM job_checkpoints"
ASKED_FOR = "SELECT DISTINCT job FROM job_ledger WHERE state IN ('waiting', 'running') AND tick_at IS NULL"
LAST = "SELECT coalesce(max(id), 0) FROM projection.replays"
BEGUN = "SELECT count(*) FROM projection.replay_parts WHERE replay > $1"
OPEN = "SELECT count(*) FROM projection.replay_parts WHERE replay > $1 AND NOT is_done"


@dataclass(frozen=True, slots=True)
class Replayed:
    events: int
    fold_s: float
    """From the first part to the last one done, workers' start included."""
    whole_s: float
    """The command, to its exit: indexes, catching up, verifying and swapping too."""
    most_mb: float
    """The most that a worker held."""


async def generate(stack: BenchStack, events: int) -> int:
    """What is missing of so many events; gives how many there are."""
    while (head := await ask(stack.url("log"), HEAD)) < events:
        missing, seed = min(STEP, events - head), FIRST_SEED + head // SEED_EVERY
        await asyncio.to_thread(stack.run, "generate", "--events", str(missing), "--seed", str(seed))
    return head


async def fill(stack: BenchStack) -> int:
    """Generates, and waits until all of it is projected; half a million jobs that it asks for are given up.

    A system whose history grew by itself has done them long ago; here they would take a processor for hours.
    """
    head = await generate(stack, EVENTS)
    async with asyncio.timeout(DEADLINE_S):
        while await ask(stack.url("read"), PROJECTED) < head or await ask(stack.url("log"), REACTED) < head:
            await asyncio.sleep(0.5)
    log = await asyncpg.connect(stack.url("log"))
    try:
        asked = [row["job"] for row in await log.fetch(ASKED_FOR)]
    finally:
        await log.close()
    for job in asked:
        await asyncio.to_thread(stack.run, "jobs", "cancel", "--job", job, "--yes", check=False)
    return head


async def replayed(stack: BenchStack, *how: str) -> Replayed:
    events = await ask(stack.url("log"), HEAD)
    read = await asyncpg.connect(stack.url("read"))
    try:
        last = int(await read.fetchval(LAST))
        began = time.perf_counter()
        words = ("replay", "--all", "--yes", "--workers", str(WORKERS), *how)
        command = await asyncio.create_subprocess_exec(str(ROOT / "palimpsest"), *words, env=stack.environment)
        while not await read.fetchval(BEGUN, last):
            await asyncio.sleep(0.02)
        begun, most_mb = time.perf_counter(), 0.0
        while await read.fetchval(OPEN, last):
            most_mb = max(most_mb, largest_worker_mb(stack))
            await asyncio.sleep(0.1)
        folded = time.perf_counter()
        if await command.wait():
            raise RuntimeError("the replay was refused, or failed")
        return Replayed(events, folded - begun, time.perf_counter() - began, most_mb)
    finally:
        await read.close()


def largest_worker_mb(stack: BenchStack) -> float:
    sizes = [0.0]
    for process in family(stack.pid("replayer"))[1:]:
        try:
            sizes.append(process.memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            continue
    return max(sizes)


async def forget_html(stack: BenchStack) -> None:
    read = await asyncpg.connect(stack.url("read"))
    try:
        await read.execute("TRUNCATE projection.memo")
    finally:
        await read.close()


def run(stack: BenchStack) -> list[Measurement]:
    asyncio.run(fill(stack))
    with stack.paused("jobs"):
        memoised = asyncio.run(replayed(stack))
        stack.run("prune", "--yes", check=False)
        asyncio.run(forget_html(stack))
        rendered = asyncio.run(replayed(stack))
    with stack.paused("relay", "projectors", "kafka", "jobs", "query_api", "command_api", "replayer"):
        theirs = eventsourcing_projection(stack)
    fold, bare = memoised.events / memoised.fold_s, rendered.events / rendered.fold_s
    many = f"{memoised.events:,} events, {WORKERS} workers"
    return [
        Measurement("replay", "all read models folded and written, HTML memoised", fold, "events/s", 50_000, note=many),
        Measurement("replay", "the same, HTML rendered", bare, "events/s", note=many),
        Measurement("replay", "whole command / fold", memoised.whole_s / memoised.fold_s, "x", 1.8, is_ceiling=True),
        Measurement("replay", "largest worker", max(memoised.most_mb, rendered.most_mb), "MB", 200, is_ceiling=True),
        Measurement(
            "replay",
            "the library eventsourcing, one table",
            theirs,
            "events/s",
            note=f"{THEIR_EVENTS:,} events, as a rate",
        ),
        Measurement("replay", "ours / eventsourcing", fold / theirs, "x", 40),
    ]
