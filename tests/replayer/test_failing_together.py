"""Of replays that take a step together one fails, and the others go on."""

import asyncio
from dataclasses import replace
from pathlib import Path

import asyncpg
from sqlalchemy import Index, MetaData

from engine.projection.contract import ReadModel
from engine.replays.replay import ENDED, State, last_of
from engine.replays.requests import Wish, request
from kit.metrics import new_registry
from kit.settings import Settings
from read_models import post_pages, post_slugs
from replayer.assembly import assembled
from tests.servers import Database


def without_its_index() -> ReadModel:
    """An index that PostgreSQL refuses to make."""
    [fold] = post_slugs.MODEL.folds
    table = fold.table.to_metadata(MetaData())
    Index("refused", table.c.post, postgresql_using="gin")
    return replace(post_slugs.MODEL, folds=(replace(fold, table=table),))


async def test_one_fails_at_its_index_and_the_other_goes_on(
    log_database: Database, read_database: Database, tmp_path: Path
) -> None:
    settings = Settings(log_url=log_database.url("projector"), read_url=read_database.url("projector"), home=tmp_path)
    models = without_its_index(), post_pages.MODEL
    connection = await asyncpg.connect(settings.read_url)
    for model in models:
        await request(connection, model, Wish(), by="me", why=None)
    async with assembled(settings, models, new_registry()) as driver, asyncio.timeout(60):
        stop = asyncio.Event()
        driving = asyncio.create_task(driver.run(stop))
        found = None
        while found is None or found[0].state not in ENDED or found[1].state is not State.SWAPPING:
            await asyncio.sleep(0.02)
            found = [replay for model in models if (replay := await last_of(connection, model.name))]
        assert [each.state for each in found] == [State.FAILED, State.SWAPPING]
        assert found[0].problem == "UndefinedObjectError while indexing"
        stop.set()
        await driving
    await connection.close()
