"""A part is built by one worker at a time, and its progress is exactly what is written."""

import asyncio

import asyncpg
import pytest

from engine.rebuild import parts
from engine.rebuild.control import Control
from engine.rebuild.part_building import ChunkLimits
from engine.rebuild.parts import PartTaken
from engine.rebuild.work import End
from tests.projection.notebook import Notebook
from tests.projection.notes import NoteWritten, notes_model, sizes_model
from tests.rebuild.site import Site
from tests.servers import Database

MODEL = sizes_model()
_WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE application_name = 'building' AND wait_event_type = 'Lock' AND datname = current_database()
"""


async def test_a_part_that_another_worker_has_is_left_to_it(notebook: Notebook, site: Site) -> None:
    await notebook.write(NoteWritten(note="a", text="hello"))
    replay = await site.ask(MODEL)
    build = await site.loaded(replay, MODEL)
    [part] = await parts.open_parts(site.connection, [build])
    assert await parts.take(site.connection, part)
    assert await site.work([replay], MODEL) is End.NOTHING_LEFT
    assert await site.progress(replay) == (0, 1)
    await parts.give_back(site.connection, part)
    await site.work([replay], MODEL)
    assert await site.progress(replay) == (1, 0)


async def test_a_worker_that_was_overtaken_writes_nothing(notebook: Notebook, site: Site) -> None:
    await notebook.write(NoteWritten(note="a", text="hello"))
    replay = await site.ask(MODEL)
    build = await site.loaded(replay, MODEL)
    [part] = await parts.open_parts(site.connection, [build])
    await site.work([replay], MODEL)
    async with site.tools() as tools:
        building = await site.part_building(tools, build)
        with pytest.raises(PartTaken):
            await building.build(part, Control(tools.read, [replay]))
    assert await site.look(MODEL, build.projection.generation) == {"note_sizes": ["(a,5)"]}


async def test_rows_are_not_there_without_the_progress_that_they_are(
    notebook: Notebook, site: Site, read_database: Database
) -> None:
    await notebook.write(NoteWritten(note="a", text="hello"))
    replay = await site.ask(MODEL)
    holder = await asyncpg.connect(read_database.url("projector"))
    try:
        async with holder.transaction(), site.working([replay], MODEL):
            await holder.execute("SELECT FROM projection.replay_parts WHERE replay = $1 FOR UPDATE", replay)
            async with asyncio.timeout(30):
                while not await site.connection.fetchval(_WAITING):
                    await asyncio.sleep(0.01)
    finally:
        await holder.close()
    await site.work([replay], MODEL)
    assert await site.look(MODEL, await site.number(replay)) == {"note_sizes": ["(a,5)"]}


async def test_what_came_after_the_target_is_not_built(notebook: Notebook, site: Site) -> None:
    await notebook.write(NoteWritten(note="a", text="hello"))
    replay = await site.ask(MODEL)
    await notebook.write(NoteWritten(note="a", text="hello again"))
    await site.work([replay], MODEL)
    assert await site.look(MODEL, await site.number(replay)) == {"note_sizes": ["(a,5)"]}


async def test_replays_that_got_equally_far_are_built_in_one_reading(notebook: Notebook, site: Site) -> None:
    await notebook.write(*(NoteWritten(note=note, text="hello") for note in "abcdef"))
    models = (MODEL, notes_model())
    builds = [await site.loaded(await site.ask(model), model) for model in models]
    [first, *others] = await parts.open_parts(site.connection, builds)
    assert {len(part.builds) for part in (first, *others)} == {2}
    await parts.move(site.connection, first._replace(builds=builds[:1]), "a", 1)
    assert len(await parts.open_parts(site.connection, builds)) == len(others) + 2


@pytest.mark.parametrize("limits", [ChunkLimits(events=1), ChunkLimits(size_bytes=1)])
async def test_a_chunk_ends_when_it_is_large(notebook: Notebook, site: Site, limits: ChunkLimits) -> None:
    model = notes_model()
    await notebook.write(*(NoteWritten(note=str(number), text="hello") for number in range(40)))
    replay = await site.ask(model)
    await site.work([replay], model, limits=limits)
    assert await site.connection.fetchval("SELECT count(DISTINCT xmin::text) FROM notes_g1.notes") == 40
