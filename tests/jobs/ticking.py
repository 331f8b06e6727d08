"""A jobs process with a timetable of its own: `python -m tests.jobs.ticking FILE`. Each tick that is done is a line."""

import asyncio
import os
import sys
from pathlib import Path

import uvloop
from prometheus_client import CollectorRegistry

from jobs.assembly import assembled
from jobs.job import Job, Tick
from jobs.timetable import Row
from jobs.tools import Tools
from kit.settings import Settings

EVERY_SECOND = Row("ticking", "* * * * * *")


async def perform(tick: Tick, _tools: Tools) -> None:
    _note(f"{tick.time:%H:%M:%S} {os.getpid()}\n")


def _note(line: str) -> None:
    with Path(sys.argv[1]).open("ab", buffering=0) as file:
        file.write(line.encode())


async def main() -> None:
    job = Job("ticking", (), perform)
    async with (
        assembled(Settings(), (job,), (EVERY_SECOND,), CollectorRegistry()) as parts,
        parts.broker.working(parts.attempts.attempt),
    ):
        await asyncio.gather(parts.sweeper.run(), parts.timekeeper.run())


if __name__ == "__main__":
    uvloop.run(main())
