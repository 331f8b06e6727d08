"""Generations of notes, each written by whatever model a test wants, and the means to audit them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from engine.audit.sources import Sources, opened_sources
from engine.log.codec import Codec
from engine.log.records import StoredEvent
from engine.projection import checkpoints
from engine.projection.contract import ReadModel
from engine.projection.generations import add_checkpoints, add_generation, create_tables, schema_of, tables
from engine.projection.projection import Projection, Slice
from tests.projection.notebook import PARTITIONS, Desk, open_desk
from tests.projection.notes import EVENTS
from tests.servers import Database


class Workshop:
    def __init__(self, desk: Desk, read: Database, sources: Sources) -> None:
        self.desk, self.sources = desk, sources
        self._read = read

    async def begin(self, model: ReadModel, number: int, state: str = "serving") -> None:
        connection = await asyncpg.connect(self._read.url("projector"))
        try:
            async with connection.transaction():
                await create_tables(connection, model, number)
                await add_generation(connection, model, number, state)
                await add_checkpoints(connection, model.name, number, 1, [0] * PARTITIONS)
        finally:
            await connection.close()

    async def apply(self, model: ReadModel, number: int, events: Sequence[StoredEvent]) -> None:
        """Folds by this model into the generation, which goes on where it is."""
        projection = Projection(model, number)
        store = self.desk.store()
        found = await checkpoints.load(await store.connection(), model.name, number)
        projection.start(found, await self.desk.reader.head())
        by_place = sorted(events, key=lambda event: (event.partition, event.sequence))
        new = [event for event in by_place if event.sequence > projection.sequences[event.partition]]
        if new:
            await self.desk.batch(store).write([Slice(projection, new)])

    async def built(self, model: ReadModel, number: int, events: Sequence[StoredEvent], state: str = "serving") -> None:
        await self.begin(model, number, state)
        await self.apply(model, number, events)

    async def disconnect(self) -> None:
        """Closes what projectors opened that are no more."""
        for store in self.desk._stores:
            await store.close()
        self.desk._stores.clear()

    async def change(self, statement: str, *arguments: Any) -> None:
        """What nobody should do: by hand, behind the projectors' back."""
        connection = await asyncpg.connect(self._read.url("projector"))
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()

    async def look(self, model: ReadModel, number: int) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables, as text: what two generations must have in common."""
        connection = await asyncpg.connect(self._read.url("projector"))
        schema = schema_of(model.name, number)
        try:
            return {
                table.name: sorted(
                    tuple(row)
                    for row in await connection.fetch(f'SELECT t::text FROM "{schema}"."{table.name}" AS t')  # noqa: S608 - names of a test
                )
                for table in tables(model)
            }
        finally:
            await connection.close()

    async def drift(self) -> list[tuple[Any, ...]]:
        """(model, generation, key, partition) each."""
        return [row[:4] for row in await self.desk.rows("projection.drift")]


@asynccontextmanager
async def open_workshop(log: Database, read: Database) -> AsyncIterator[Workshop]:
    async with (
        open_desk(log, read) as desk,
        opened_sources(log.url("projector"), read.url("projector"), Codec(EVENTS, {})) as sources,
    ):
        yield Workshop(desk, read, sources)
