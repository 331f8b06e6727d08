"""A generation is whole when it is finished, and goes when it is dropped; the one that is read never does."""

import pytest

from engine.rebuild.beginning import begin
from engine.rebuild.finishing import NotBuilt, StillServing, drop_generation, finish
from tests.projection.notebook import Notebook, by_partition, open_desk
from tests.projection.notes import NoteWritten, notes_model
from tests.rebuild.site import Site
from tests.servers import Database

MODEL = notes_model()
_TABLES = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::int, a.attnotnull,
           a.attstorage::text
      FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
     WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND a.attnum > 0 ORDER BY 1, a.attnum
"""
_INDEXES = "SELECT tablename, indexname, replace(indexdef, $1, '') FROM pg_indexes WHERE schemaname = $1 ORDER BY 1, 2"


async def _shape(site: Site, schema: str) -> list[list[tuple[object, ...]]]:
    return [[tuple(row) for row in await site.connection.fetch(sql, schema)] for sql in (_TABLES, _INDEXES)]


async def test_a_built_generation_has_the_tables_and_indexes_of_one_that_was_followed(
    notebook: Notebook, site: Site, log_database: Database, read_database: Database
) -> None:
    async with open_desk(log_database, read_database) as desk:
        projector = await desk.loaded(MODEL)
        await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello", tags=("x",)))))
    number = await site.build(MODEL)
    assert number == 2
    assert await _shape(site, "notes_g2") == await _shape(site, "notes_g1")
    checkpoints = "SELECT partition, epoch, sequence FROM projection.checkpoints WHERE generation = $1 ORDER BY 1"
    assert await site.connection.fetch(checkpoints, 2) == await site.connection.fetch(checkpoints, 1)


async def test_finishing_goes_on_where_it_ended(notebook: Notebook, site: Site) -> None:
    await notebook.write(NoteWritten(note="a", text="hello", tags=("x",)))
    replay = await site.ask(MODEL)
    with pytest.raises(NotBuilt):
        await finish(site.connection, replay, MODEL)
    await site.work([replay], MODEL)
    await site.connection.execute("ALTER TABLE notes_g1.notes ADD PRIMARY KEY (note)")
    for _ in range(2):
        await finish(site.connection, replay, MODEL)
    assert len((await _shape(site, "notes_g1"))[1]) == 4


async def test_a_replay_begins_once(notebook: Notebook, site: Site) -> None:
    await notebook.write(NoteWritten(note="a", text="hello"))
    replay = await site.ask(MODEL)
    assert await begin(site.connection, replay, MODEL, [9] * 16, 1) == 1
    assert await site.connection.fetchval("SELECT count(*) FROM projection.replay_parts") == 16


async def test_the_generation_that_is_read_is_never_dropped(
    notebook: Notebook, site: Site, log_database: Database, read_database: Database
) -> None:
    async with open_desk(log_database, read_database) as desk:
        await desk.loaded(MODEL)
        with pytest.raises(StillServing):
            await drop_generation(site.connection, MODEL.name, 1)
        assert await desk.rows("serving.notes") == []
        await notebook.write(NoteWritten(note="a", text="hello"))
        number = await site.build(MODEL)
        await drop_generation(site.connection, MODEL.name, number)
        await drop_generation(site.connection, MODEL.name, number)
    assert await site.connection.fetchval("SELECT to_regnamespace('notes_g2') IS NULL")
    assert await site.connection.fetchval("SELECT count(*) FROM projection.generations") == 1
