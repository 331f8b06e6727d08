"""What an operator asks of a build, and what stops it by itself."""

import asyncio
from pathlib import Path
from time import monotonic

from engine.rebuild.estimate import Floor, estimate, floor_of
from engine.rebuild.finishing import finish
from engine.rebuild.work import End
from tests.projection.notebook import Notebook, by_partition, open_desk
from tests.projection.notes import NoteWritten, sizes_model
from tests.rebuild.site import Site
from tests.servers import Database

MODEL = sizes_model()


async def _written(notebook: Notebook, count: int = 40) -> None:
    await notebook.write(*(NoteWritten(note=str(number), text="hello") for number in range(count)))


async def test_a_paused_build_waits_and_goes_on(notebook: Notebook, site: Site) -> None:
    await _written(notebook)
    replay = await site.ask(MODEL)
    await site.connection.execute("UPDATE projection.replays SET is_paused = true WHERE id = $1", replay)
    async with site.working([replay], MODEL):
        await asyncio.sleep(1.5)
        assert (await site.progress(replay))[0] == 0
        await site.connection.execute("UPDATE projection.replays SET is_paused = false WHERE id = $1", replay)
        async with asyncio.timeout(30):
            while (await site.progress(replay))[1]:
                await asyncio.sleep(0.05)
    assert (await site.progress(replay))[0] == 40


async def test_a_cancelled_build_ends(notebook: Notebook, site: Site) -> None:
    await _written(notebook)
    replay = await site.ask(MODEL)
    await site.connection.execute("UPDATE projection.replays SET is_cancelled = true WHERE id = $1", replay)
    assert await site.work([replay], MODEL) is End.NOTHING_LEFT
    assert (await site.progress(replay))[0] == 0


async def test_a_build_keeps_to_its_rate(notebook: Notebook, site: Site) -> None:
    await _written(notebook)
    replay = await site.ask(MODEL, rate=20)
    began = monotonic()
    await site.work([replay], MODEL)
    assert monotonic() - began > 1.5


async def test_a_build_pauses_itself_before_the_disk_is_full(notebook: Notebook, site: Site, tmp_path: Path) -> None:
    await _written(notebook)
    replay = await site.ask(MODEL)
    async with site.working([replay], MODEL, floor=Floor(tmp_path, 1 << 60)), asyncio.timeout(30):
        while not await site.connection.fetchval("SELECT is_paused FROM projection.replays WHERE id = $1", replay):
            await asyncio.sleep(0.05)
    problem = await site.connection.fetchval("SELECT problem FROM projection.replays WHERE id = $1", replay)
    assert "free on the disk" in problem
    assert (await site.progress(replay))[0] == 0


async def test_an_event_that_is_unknown_to_this_code_stops_the_build(notebook: Notebook, site: Site) -> None:
    await _written(notebook, 1)
    await notebook.write_raw([("z", "NoteTranslated", 1, "{}")])
    replay = await site.ask(MODEL)
    assert await site.work([replay], MODEL) is End.STOPPED
    problem = await site.connection.fetchval("SELECT problem FROM projection.replays WHERE id = $1", replay)
    assert problem == "NoteTranslated of schema version 1 is unknown to this code"


async def test_a_replay_of_another_version_is_not_built(notebook: Notebook, site: Site) -> None:
    await _written(notebook, 1)
    replay = await site.ask(sizes_model(version=2))
    assert await site.work([replay], MODEL) is End.STOPPED
    assert await site.progress(replay) == (0, 1)


async def test_the_size_is_estimated_from_what_is_served(
    notebook: Notebook, site: Site, log_database: Database, read_database: Database
) -> None:
    assert (await estimate(site.connection, MODEL.name, 10)).size_bytes is None
    async with open_desk(log_database, read_database) as desk:
        projector = await desk.loaded(MODEL)
        await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello"))))
    once = await estimate(site.connection, MODEL.name, 1)
    assert once.size_bytes is not None
    assert (await estimate(site.connection, MODEL.name, 3)).size_bytes == 3 * once.size_bytes


async def test_the_disk_of_another_machine_is_not_seen(tmp_path: Path) -> None:
    assert floor_of("postgresql://me@127.0.0.1/read", tmp_path) == Floor(tmp_path)
    assert floor_of("postgresql://me@db.example.org/read", tmp_path) is None
    assert floor_of("postgresql://me@127.0.0.1/read", tmp_path / "missing") is None


async def test_a_part_without_events_is_done_from_the_beginning(site: Site) -> None:
    replay = await site.ask(MODEL, targets=[0] * 16)
    assert await site.progress(replay) == (0, 0)
    await finish(site.connection, replay, MODEL)
