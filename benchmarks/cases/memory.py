"""Proportional memory of the idle stack, and of each Python process after a million events."""

import asyncio

from benchmarks.bench_stack import BenchStack, family
from benchmarks.cases.backlog import HEAD, PROJECTED, ask
from benchmarks.measurement import Measurement

EVENTS = 1_000_000
STEP = 100_000
PYTHON = ("command_api", "relay", "projectors", "query_api", "jobs")
DEADLINE_S = 1_800


def pss_mb(pid: int) -> float:
    """PSS of a process and its children: shared pages counted once in all."""
    return sum(process.memory_full_info().pss for process in family(pid)) / 1e6


def idle(stack: BenchStack) -> list[Measurement]:
    total = pss_mb(int(stack.state()["pid"]))
    return [Measurement("memory", "idle stack with all servers, PSS", total, "MB", 1_300, is_ceiling=True)]


async def project_all(stack: BenchStack) -> None:
    seed = 1_000
    while (head := await ask(stack.url("log"), HEAD)) < EVENTS:
        stack.run("generate", "--events", str(min(STEP, EVENTS - head)), "--seed", str(seed))
        seed += 1
    async with asyncio.timeout(DEADLINE_S):
        while await ask(stack.url("read"), PROJECTED) < head:
            await asyncio.sleep(0.5)


def run(stack: BenchStack) -> list[Measurement]:
    asyncio.run(project_all(stack))
    return [
        Measurement("memory", f"{name} after a million events", pss_mb(stack.pid(name)), "MB", 150, is_ceiling=True)
        for name in PYTHON
    ]
