import asyncio
from uuid import uuid4

import asyncpg
import pytest

from engine.projection.skipping import NotSkipped, skip
from tests.projection.locking import checkpoints_locked, until_someone_waits
from tests.projection.notebook import Desk, Notebook, by_partition
from tests.projection.notes import NoteWritten, notes_model
from tests.servers import Database

_FOLLOW = "INSERT INTO projection.generations (model, number, version, state) VALUES ('notes', 2, 1, $1)"
_CHECKPOINTS = """
    INSERT INTO projection.checkpoints SELECT model, 2, partition, epoch, sequence FROM projection.checkpoints
"""
_PARK = """
    INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, attempts)
    SELECT model, 2, partition, key, sequence, event_id, type, attempts FROM projection.parked
"""


async def parked_twice(desk: Desk, notebook: Notebook) -> None:
    """A note with two parked events, and another that flows."""
    projector = await desk.loaded(notes_model(poison={"poison"}))
    written = [NoteWritten(note="bad", text="poison"), NoteWritten(note="bad", text="fine", tags=("x",))]
    await projector.apply(by_partition(await notebook.write(*written, NoteWritten(note="good", text="fine"))))


async def second_generation(read: Database, state: str) -> None:
    """Another generation that has parked the same."""
    connection = await asyncpg.connect(read.url("projector"))
    try:
        await connection.execute(_FOLLOW, state)
        await connection.execute(_CHECKPOINTS)
        await connection.execute(_PARK)
    finally:
        await connection.close()


async def test_what_waits_behind_a_skipped_event_is_released(notebook: Notebook, desk: Desk) -> None:
    await parked_twice(desk, notebook)
    first = notebook.events[0]
    assert await skip(await desk.store().connection(), "notes", "bad", first.id) == [1]
    assert [row[4] for row in await desk.rows("projection.parked")] == [2]
    assert await desk.release().release(notes_model(poison={"poison"}), "bad") == 1
    assert [row[:2] for row in await desk.rows("serving.notes")] == [("bad", "fine"), ("good", "fine")]
    assert await desk.rows("projection.parked") == []


async def test_after_the_only_parked_event_is_skipped_its_key_flows(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(poison={"poison"}))
    [bad] = await notebook.write(NoteWritten(note="bad", text="poison"))
    await projector.apply(by_partition([bad]))
    await skip(await desk.store().connection(), "notes", "bad", bad.id)
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="bad", text="fine"))))
    assert [row[:2] for row in await desk.rows("serving.notes")] == [("bad", "fine")]


async def test_a_skip_waits_for_the_batch_in_hand(notebook: Notebook, desk: Desk, read_database: Database) -> None:
    await parked_twice(desk, notebook)
    connection = await desk.store().connection()
    async with checkpoints_locked(read_database) as admin:
        skipping = asyncio.create_task(skip(connection, "notes", "bad", notebook.events[0].id))
        await until_someone_waits(admin)
        assert len(await desk.rows("projection.parked")) == 2
    assert await skipping == [1]


async def test_an_event_that_waits_behind_another_is_not_skipped(notebook: Notebook, desk: Desk) -> None:
    await parked_twice(desk, notebook)
    with pytest.raises(NotSkipped, match="not the first"):
        await skip(await desk.store().connection(), "notes", "bad", notebook.events[1].id)
    assert [row[4] for row in await desk.rows("projection.parked")] == [1, 2]


async def test_an_event_that_is_not_parked_is_not_skipped(notebook: Notebook, desk: Desk) -> None:
    await parked_twice(desk, notebook)
    connection = await desk.store().connection()
    for key, event in (("bad", uuid4()), ("good", notebook.events[2].id), ("good", notebook.events[0].id)):
        with pytest.raises(NotSkipped):
            await skip(connection, "notes", key, event)
    assert len(await desk.rows("projection.parked")) == 2


@pytest.mark.parametrize("state", ["following", "retired"])
async def test_an_event_is_skipped_in_every_generation_that_is_followed(
    notebook: Notebook, desk: Desk, read_database: Database, state: str
) -> None:
    await parked_twice(desk, notebook)
    await second_generation(read_database, state)
    assert await skip(await desk.store().connection(), "notes", "bad", notebook.events[0].id) == [1, 2]
    assert [(row[1], row[4]) for row in await desk.rows("projection.parked")] == [(1, 2), (2, 2)]


async def test_an_event_that_is_first_in_one_generation_alone_is_skipped_in_none(
    notebook: Notebook, desk: Desk, read_database: Database
) -> None:
    await parked_twice(desk, notebook)
    await second_generation(read_database, "retired")
    connection = await desk.store().connection()
    await connection.execute("DELETE FROM projection.parked WHERE generation = 1 AND sequence = 1")
    with pytest.raises(NotSkipped):
        await skip(connection, "notes", "bad", notebook.events[1].id)
    assert [(row[1], row[4]) for row in await desk.rows("projection.parked")] == [(1, 2), (2, 1), (2, 2)]


async def test_a_generation_that_nobody_follows_keeps_what_it_parked(
    notebook: Notebook, desk: Desk, read_database: Database
) -> None:
    await parked_twice(desk, notebook)
    await second_generation(read_database, "frozen")
    assert await skip(await desk.store().connection(), "notes", "bad", notebook.events[0].id) == [1]
    assert await desk.release().release(notes_model(), "bad") == 1
    assert [(row[1], row[4]) for row in await desk.rows("projection.parked")] == [(2, 1), (2, 2)]
