import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from engine.following.contract import CheckpointMoved
from engine.projection.roll_call import RollCall, is_followed
from engine.projection.roster import CodeVersions
from engine.rebuild.finishing import drop_generation
from tests.projection.notebook import Desk, Notebook, by_partition
from tests.projection.notes import NoteRetagged, NoteWritten, notes_model, sizes_model
from tests.projection.second_generation import second_generation
from tests.servers import Database


async def test_every_generation_of_this_version_is_kept_up_to_date(notebook: Notebook, desk: Desk) -> None:
    model = notes_model()
    first = await notebook.write(NoteWritten(note="a", text="one", tags=("x",)))
    projector = await desk.loaded(model)
    await projector.apply(by_partition(first))
    assert await second_generation(desk, model) == 2
    reached = await projector.load(await desk.reader.head())
    assert reached[first[0].partition] == 0
    await projector.apply(by_partition([*first, *await notebook.write(NoteRetagged(note="a", tags=("y",)))]))
    for table in ("notes", "note_tag_counts", "notes_by_tag"):
        rows = await desk.rows(f"notes_g2.{table}")
        assert rows == await desk.rows(f"notes_g1.{table}") == await desk.rows(f"serving.{table}")
        assert rows


async def test_a_generation_that_is_being_built_or_is_of_a_moment_is_left_alone(notebook: Notebook, desk: Desk) -> None:
    model = sizes_model()
    projector = await desk.loaded(model)
    for state in ("building", "frozen"):
        await second_generation(desk, model, state)
    await projector.load(await desk.reader.head())
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="one"))))
    assert await desk.rows("note_sizes_g2.note_sizes") == await desk.rows("note_sizes_g3.note_sizes") == []


async def test_a_batch_that_meets_a_dropped_generation_is_tried_again_without_it(
    notebook: Notebook, desk: Desk
) -> None:
    model = sizes_model()
    await desk.loaded(model)
    number = await second_generation(desk, model)
    projector = await desk.loaded(model)
    await drop_generation(await desk.store().connection(), model.name, number)
    batches = by_partition(await notebook.write(NoteWritten(note="a", text="one")))
    with pytest.raises(CheckpointMoved):
        await projector.apply(batches)
    await projector.load(await desk.reader.head())
    await projector.apply(batches)
    assert await desk.rows("serving.note_sizes") == [("a", 3)]


async def test_a_number_is_never_given_twice(desk: Desk) -> None:
    model = sizes_model()
    await desk.loaded(model)
    connection = await desk.store().connection()
    await connection.execute(
        "INSERT INTO projection.replays (model, version, generation, workers, requested_by, state)"
        " VALUES ($1, 1, 2, 1, 'a test', 'cancelled')",
        model.name,
    )
    assert await second_generation(desk, model) == 3


async def test_new_code_follows_its_own_generation_while_the_older_one_serves(notebook: Notebook, desk: Desk) -> None:
    old, new = sizes_model(), sizes_model(version=2)
    olds = await desk.loaded(old)
    news = await desk.loaded(new)
    assert news.readiness() == [
        "note_sizes: version 1 is served and this code is version 2: a new generation must be built"
    ]
    await second_generation(desk, new)
    await news.load(await desk.reader.head())
    assert news.readiness() == []
    batches = by_partition(await notebook.write(NoteWritten(note="a", text="one")))
    await news.apply(batches)
    await olds.apply(batches)
    assert await desk.rows("note_sizes_g1.note_sizes") == await desk.rows("note_sizes_g2.note_sizes") == [("a", 3)]


async def test_the_roll_call_tells_of_a_new_generation_and_that_somebody_follows(
    desk: Desk, read_database: Database
) -> None:
    model, told = sizes_model(), asyncio.Event()
    roster = CodeVersions([model])
    connection = await desk.store().connection()
    await roster.read(connection, await desk.reader.head())
    assert not await is_followed(connection, model.name, 1)
    async with _calling(RollCall(desk.store(), roster, told.set)):
        async with asyncio.timeout(20):
            while not await is_followed(connection, model.name, 1):
                await asyncio.sleep(0.01)
        assert not told.is_set()
        assert not await is_followed(connection, model.name, 2)
        await _cut_others(read_database, connection)
        await second_generation(desk, model)
        async with asyncio.timeout(20):
            await told.wait()
            while not await is_followed(connection, model.name, 1):
                await asyncio.sleep(0.01)


async def _cut_others(database: Database, own: "asyncpg.Connection[asyncpg.Record]") -> None:
    admin = await asyncpg.connect(database.admin_url)
    try:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'palimpsest_projector' AND datname = current_database() AND pid <> $1",
            own.get_server_pid(),
        )
    finally:
        await admin.close()


@asynccontextmanager
async def _calling(roll_call: RollCall) -> AsyncIterator[None]:
    task = asyncio.create_task(roll_call.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
