"""What was built cannot be shown at this moment: its replay says why, waits, and swaps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from engine.projection.roll_call import RollCall, is_followed
from engine.projection.roster import CodeVersions
from engine.replays.replay import State, last_of
from engine.replays.requests import Wish, request
from engine.replays.swapping import serving_number
from kit.metrics import new_registry
from kit.settings import Settings
from replayer import steps
from replayer.assembly import assembled
from tests.projection.notebook import Desk, Notebook
from tests.replayer.test_swapping import MODEL, followed_pair
from tests.servers import Database

_SWAPPING = "UPDATE projection.replays SET generation = 2, state = 'swapping' WHERE id = $1"
_ONE_FURTHER = """
    UPDATE projection.checkpoints SET sequence = sequence + 1 WHERE model = $1 AND generation = $2 AND partition = 0
"""


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_SWAP_PATIENCE_S", 0.1)


@pytest.fixture
async def connection(notebook: Notebook, desk: Desk) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """To a read database with a replay that has but to swap, and somebody who follows what it built."""
    await followed_pair(notebook, desk)
    opened = await desk.store().connection()
    await opened.execute(_SWAPPING, await request(opened, MODEL, Wish(), by="me", why=None))
    following = asyncio.create_task(RollCall(desk.store(), CodeVersions([MODEL]), lambda: None).run())
    async with asyncio.timeout(20):
        while not await is_followed(opened, MODEL.name, MODEL.version):
            await asyncio.sleep(0.02)
    yield opened
    following.cancel()


@pytest.fixture
def settings(log_database: Database, read_database: Database, tmp_path: Path) -> Settings:
    return Settings(log_url=log_database.url("projector"), read_url=read_database.url("projector"), home=tmp_path)


@asynccontextmanager
async def a_replayer(settings: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with assembled(settings, [MODEL], new_registry()) as driver:
        driver.beside = None
        driving = asyncio.create_task(driver.run(stop))
        yield
        stop.set()
        await driving


async def until(connection: "asyncpg.Connection[Any]", state: State, problem: str | None) -> None:
    """Fails when the replay ends in another way."""
    async with asyncio.timeout(20):
        while True:
            replay = await last_of(connection, MODEL.name)
            assert replay is not None
            assert replay.state in {State.SWAPPING, State.DONE}
            if (replay.state, replay.problem) == (state, problem):
                return
            await asyncio.sleep(0.02)


async def test_one_that_is_behind_for_long(connection: "asyncpg.Connection[Any]", settings: Settings) -> None:
    await connection.execute(_ONE_FURTHER, MODEL.name, 1)
    async with a_replayer(settings):
        await until(connection, State.SWAPPING, "note_sizes_g2 is 1 events behind note_sizes_g1 in 1 partitions")
        assert await serving_number(connection, MODEL.name) == 1
        await connection.execute(_ONE_FURTHER, MODEL.name, 2)
        await until(connection, State.DONE, None)
        assert await serving_number(connection, MODEL.name) == 2


async def test_somebody_reads_for_long(
    connection: "asyncpg.Connection[Any]", settings: Settings, read_database: Database
) -> None:
    reader = await asyncpg.connect(read_database.url("query"))
    reading = reader.transaction()
    await reading.start()
    assert await reader.fetch("SELECT * FROM serving.note_sizes")
    async with a_replayer(settings):
        await until(
            connection, State.SWAPPING, "readers of note_sizes leave no moment to swap: look for long transactions"
        )
        assert await serving_number(connection, MODEL.name) == 1
        await reading.rollback()
        await until(connection, State.DONE, None)
        assert await serving_number(connection, MODEL.name) == 2
    await reader.close()
