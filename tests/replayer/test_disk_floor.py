"""A replay stops before the disk is full, and a stack's replayer knows which disk that is."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from engine.rebuild.estimate import Floor, floor_of
from engine.replays.replay import State, last_of
from engine.replays.requests import Wish, pause, request
from kit.metrics import new_registry
from kit.settings import Settings
from read_models.post_slugs import MODEL
from replayer.assembly import assembled
from tests.live_stack import LiveStack
from tests.processes import settings_of
from tests.servers import Database


@pytest.fixture
def settings(log_database: Database, read_database: Database, tmp_path: Path) -> Settings:
    return Settings(log_url=log_database.url("projector"), read_url=read_database.url("projector"), home=tmp_path)


async def test_keys_and_indexes_wait_until_there_is_room(settings: Settings, tmp_path: Path) -> None:
    connection = await asyncpg.connect(settings.read_url)
    await request(connection, MODEL, Wish(), by="me", why=None)
    async with assembled(settings, [MODEL], new_registry()) as driver, asyncio.timeout(60):
        assert driver.floor == Floor(tmp_path)
        driver.floor = Floor(tmp_path, 1 << 60)
        stop = asyncio.Event()
        driving = asyncio.create_task(driver.run(stop))
        while (replay := await last_of(connection, MODEL.name)) is None or not replay.is_paused:
            await asyncio.sleep(0.02)
        assert replay.state in {State.INDEXING, State.CATCHING_UP}
        assert "free on the disk" in (replay.problem or "")
        driver.floor = Floor(tmp_path, 0)
        await pause(connection, MODEL.name, is_paused=False)
        while (replay := await last_of(connection, MODEL.name)) is None or replay.state is not State.SWAPPING:
            await asyncio.sleep(0.02)
        assert not replay.is_paused
        stop.set()
        await driving
    await connection.close()


def test_the_replayer_of_a_stack_sees_its_disk(stack: LiveStack) -> None:
    told = settings_of(stack, "replayer")
    assert floor_of(told["PALIMPSEST_READ_URL"], Path(told["PALIMPSEST_HOME"])) is not None
