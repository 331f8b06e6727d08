import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from jobs.broker import JobBroker
from jobs.metrics import JobMetrics
from jobs.sweeper import Sweeper
from jobs.upkeep import Due, Open, Upkeep
from kit.database import open_pool
from kit.metrics import new_registry
from tests.jobs.waiting import until_found
from tests.servers import Database


class Noted(Upkeep):
    """Says how often it was asked."""

    sweeps = counts = 0

    async def sweep(self, room: Mapping[str, int]) -> list[Due]:
        self.sweeps += 1
        return await super().sweep(room)

    async def still_open(self) -> list[Open]:
        self.counts += 1
        return await super().still_open()


@asynccontextmanager
async def sweeping(log_database: Database, valkey: str, interval_s: float) -> AsyncIterator[tuple[Sweeper, Noted]]:
    async with await open_pool(log_database.url("jobs"), size=2, application_name="test") as pool:
        upkeep = Noted(pool)
        sweeper = Sweeper(upkeep, JobBroker(valkey, ()), JobMetrics(new_registry()), interval_s=interval_s)
        running = asyncio.create_task(sweeper.run())
        try:
            yield sweeper, upkeep
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def test_open_jobs_are_counted_by_the_clock_however_often_it_turns(log_database: Database, valkey: str) -> None:
    async with sweeping(log_database, valkey, interval_s=60) as (sweeper, upkeep):

        async def turned() -> bool:
            sweeper.wake()
            return upkeep.sweeps >= 25

        await until_found(turned, "it turned, woken each time")
        assert upkeep.counts == 1


async def test_open_jobs_are_counted_again(log_database: Database, valkey: str) -> None:
    async with sweeping(log_database, valkey, interval_s=0.01) as (_, upkeep):

        async def counted() -> bool:
            return upkeep.counts >= 3

        await until_found(counted, "they were counted three times")
