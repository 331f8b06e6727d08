"""The read database is away, and the replayer waits for it."""

import asyncio
from typing import cast

from kit.metrics import new_registry
from replayer.driving import Driver
from replayer.metrics import ReplayMetrics
from replayer.steps import Steps
from tests.servers import Database


async def test_while_the_read_database_is_made_again_the_replayer_lives_and_says_so(read_database: Database) -> None:
    gone = f"{read_database.url('projector')}_gone"
    driver = Driver(gone, {}, cast("Steps", None), ReplayMetrics(new_registry()), name="replayer of a test")
    stop = asyncio.Event()
    running = asyncio.create_task(driver.run(stop))
    async with asyncio.timeout(20):
        while not running.done() and driver.trouble() != ["starting over after InvalidCatalogNameError"]:
            await asyncio.sleep(0.01)
    stop.set()
    await running
