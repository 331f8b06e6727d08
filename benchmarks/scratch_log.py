"""An event log of its own on the stack's log server, for cases that append what no read model could fold."""

import asyncio
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.bench_stack import BenchStack
from migrations.roles import provision
from migrations.runner import apply

DATABASE = "bench_log"


@dataclass(frozen=True, slots=True)
class ScratchLog:
    """A migrated log database, with URLs for its roles."""

    stack: BenchStack

    def url(self, role: str = "postgres") -> str:
        return self.stack.url("log", DATABASE, role)


async def _make(stack: BenchStack) -> None:
    passwords = stack.credentials()["roles"]
    await provision(stack.url("log", DATABASE), "log", passwords)
    owner = f"palimpsest_owner:{quote(passwords['palimpsest_owner'], safe='')}"
    await apply(f"postgresql://{owner}@{stack.url('log', DATABASE).rpartition('@')[2]}", "log")


def scratch_log(stack: BenchStack) -> ScratchLog:
    """Makes it when it is not there yet."""
    asyncio.run(_make(stack))
    return ScratchLog(stack)
