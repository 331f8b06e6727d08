"""Events of some keys are read without those of all others."""

import asyncio

import asyncpg

from engine.audit.log_pages import events_of
from engine.audit.sources import opened_sources
from engine.log.codec import Codec
from tests.projection.notebook import Notebook
from tests.projection.notes import EVENTS, NoteWritten
from tests.servers import Database

_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_WHOLE = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'events'"


async def readings_of_all(log: Database) -> int:
    """How often the whole log was read; sessions tell when they end. By its statistics that is cheap."""
    connection = await asyncpg.connect(log.admin_url)
    try:
        await connection.execute("ANALYZE events")
        async with asyncio.timeout(30):
            while await connection.fetchval(_SESSIONS):
                await asyncio.sleep(0.02)
        return int(await connection.fetchval(_WHOLE))
    finally:
        await connection.close()


async def test_pages_of_keys_never_read_the_whole_log(
    notebook: Notebook, log_database: Database, read_database: Database
) -> None:
    await notebook.write(*(NoteWritten(note=f"{number:02}", text="one") for number in range(60)))
    before = await readings_of_all(log_database)
    urls = log_database.url("projector"), read_database.url("projector")
    async with opened_sources(*urls, Codec(EVENTS, {})) as sources:
        pages = [page async for page in events_of(sources.log, {"07", "31", "58"}, {"NoteWritten"})]
    assert [event.key for page in pages for event in page] == ["07", "31", "58"]
    assert await readings_of_all(log_database) == before
