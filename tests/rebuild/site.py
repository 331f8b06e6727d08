"""Where generations are built: replays that were asked for, workers that may end at any moment, and what they wrote."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.projection.contract import ReadModel
from engine.projection.generations import schema_of, tables
from engine.projection.store import Store
from engine.rebuild.beginning import begin
from engine.rebuild.build import Build, load_builds
from engine.rebuild.estimate import Floor
from engine.rebuild.finishing import finish
from engine.rebuild.part_building import ChunkLimits, PartBuilding, Tools
from engine.rebuild.work import End, work
from kit.database import open_pool
from tests.projection.notes import EVENTS
from tests.servers import Database

_ASK = """
    INSERT INTO projection.replays (model, version, state, workers, rate, requested_by)
    VALUES ($1, $2, 'building', $3, $4, 'a test') RETURNING id
"""
EVERY_KEY = ChunkLimits(events=1)
"""A chunk for each key, so that there is much between which a worker may end."""


class Site:
    def __init__(self, log: Database, read: Database, event_types: Sequence[type[Any]] = EVENTS) -> None:
        self._log, self._read, self._event_types = log, read, event_types

    async def open(self) -> None:
        self.connection: asyncpg.Connection[Any] = await asyncpg.connect(self._read.url("projector"))
        self._pool = await open_pool(self._log.url("projector"), size=2, application_name="building")

    async def close(self) -> None:
        await self.connection.close()
        await self._pool.close()

    async def ask(self, model: ReadModel, *, targets: Sequence[int] | None = None, rate: int | None = None) -> int:
        """A replay that is begun."""
        head = await LogReader(self._pool).head()
        replay = int(await self.connection.fetchval(_ASK, model.name, model.version, 1, rate))
        await begin(self.connection, replay, model, targets or head.sequences, head.epoch)
        return replay

    @asynccontextmanager
    async def tools(self, limits: ChunkLimits = EVERY_KEY, floor: Floor | None = None) -> AsyncIterator[Tools]:
        """What a worker process has, with connections of its own."""
        log = await asyncpg.connect(self._log.url("projector"))
        store = Store(self._read.url("projector"), application_name="building")
        with ThreadPoolExecutor(1) as renderers:
            try:
                codec, keyring = Codec(self._event_types, {}), KeyRing(self._pool)
                read = await store.connection()
                yield Tools(log, read, codec, keyring, self._event_types, renderers, limits, floor)
            finally:
                await store.close()
                await log.close()

    async def work(
        self, replays: Sequence[int], *models: ReadModel, limits: ChunkLimits = EVERY_KEY, floor: Floor | None = None
    ) -> End:
        """A worker's whole life."""
        async with self.tools(limits, floor) as tools:
            return await work(tools, replays, models)

    @asynccontextmanager
    async def working(
        self, replays: Sequence[int], *models: ReadModel, floor: Floor | None = None
    ) -> AsyncIterator[None]:
        """A worker, connected already, that ends wherever it is when the context does."""
        async with self.tools(floor=floor) as tools:
            worker = asyncio.create_task(work(tools, replays, models))
            try:
                yield
            finally:
                worker.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await worker

    async def build(self, model: ReadModel) -> int:
        """A whole build, and the generation's number."""
        replay = await self.ask(model)
        assert await self.work([replay], model) is End.NOTHING_LEFT
        await finish(self.connection, replay, model)
        return await self.number(replay)

    async def loaded(self, replay: int, *models: ReadModel) -> Build:
        [build] = await load_builds(self.connection, [replay], models)
        return build

    async def part_building(self, tools: Tools, build: Build) -> PartBuilding:
        return PartBuilding(tools, [build])

    async def number(self, replay: int) -> int:
        return int(await self.connection.fetchval("SELECT generation FROM projection.replays WHERE id = $1", replay))

    async def progress(self, replay: int) -> tuple[int, int]:
        """Events folded, and parts that are not done."""
        found = await self.connection.fetchrow(
            """SELECT sum(folded)::int, count(*) FILTER (WHERE NOT is_done)
                 FROM projection.replay_parts WHERE replay = $1""",
            replay,
        )
        assert found is not None
        return found[0], found[1]

    async def look(self, model: ReadModel, number: int) -> dict[str, list[str]]:
        """All rows of all tables, as text: what two generations must have in common."""
        found: dict[str, list[str]] = {}
        for table in tables(model):
            name = f'"{schema_of(model.name, number)}"."{table.name}"'
            rows = await self.connection.fetch(f"SELECT t::text FROM {name} AS t")  # noqa: S608 - names of a test
            found[table.name] = sorted(row[0] for row in rows)
        return found


@asynccontextmanager
async def open_site(log: Database, read: Database, event_types: Sequence[type[Any]] = EVENTS) -> AsyncIterator[Site]:
    site = Site(log, read, event_types)
    await site.open()
    try:
        yield site
    finally:
        await site.close()
