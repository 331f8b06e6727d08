"""A log of notes, and a projector with everything it needs, put together and started anew at will."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
from prometheus_client import CollectorRegistry

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.partitioning import partition_of
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from engine.projection.batch import Batch
from engine.projection.contract import ReadModel
from engine.projection.horizon import Horizon
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projector import Projector
from engine.projection.release import Release
from engine.projection.roster import CodeVersions
from engine.projection.store import Store
from kit.database import open_pool
from tests.projection.notes import EVENTS
from tests.servers import Database

PARTITIONS = 16
_INSERT = """
    INSERT INTO events (id, append_id, position, partition, sequence, partition_key, stream, version, type,
                        schema_version, data, metadata, recorded_at, ends_append)
    SELECT n.*, '{}', clock_timestamp(), true
      FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::smallint[], $5::bigint[], $6::text[], $7::text[],
                  $8::int[], $9::text[], $10::smallint[], $11::text[]) AS n
    RETURNING id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version,
              data, metadata, recorded_at
"""


class Notebook:
    """Writes notes' events to a real log; each note is a stream and a partition key of its own."""

    def __init__(self, log: Database) -> None:
        self._log = log
        self._sequences: Counter[int] = Counter()
        self._versions: Counter[str] = Counter()
        self.events: list[StoredEvent] = []

    async def write(self, *events: Any) -> list[StoredEvent]:
        return await self.write_raw((event.note, type(event).__name__, 1, event.model_dump_json()) for event in events)

    async def write_raw(self, events: Iterable[tuple[str, str, int, str]]) -> list[StoredEvent]:
        """(note, type, schema version, data) each, whatever they say."""
        new = [self._numbered(len(self.events) + number, *each) for number, each in enumerate(events, 1)]
        connection = await asyncpg.connect(self._log.url("owner"))
        try:
            rows = await connection.fetch(_INSERT, *[list(column) for column in zip(*new, strict=True)])
        finally:
            await connection.close()
        stored = sorted((StoredEvent._make(row) for row in rows), key=lambda event: event.position)
        self.events += stored
        return stored

    def _numbered(self, position: int, note: str, kind: str, schema_version: int, data: str) -> tuple[Any, ...]:
        partition = partition_of(note, PARTITIONS)
        self._sequences[partition] += 1
        self._versions[note] += 1
        sequence, version = self._sequences[partition], self._versions[note]
        facts = (position, partition, sequence, note, f"note-{note}", version, kind, schema_version, data)
        return (uuid4(), uuid4(), *facts)


class Desk:
    """The servers' side of projection: what a projector process opens, and a look at what it wrote."""

    def __init__(self, log: Database, read: Database) -> None:
        self._log, self._read = log, read
        self._stores: list[Store] = []
        self._renderers = ThreadPoolExecutor(2)

    async def open(self) -> None:
        self._pool = await open_pool(self._log.url("projector"), size=4, application_name="projecting")
        self.reader = LogReader(self._pool)

    async def close(self) -> None:
        for store in self._stores:
            await store.close()
        await self._pool.close()
        self._renderers.shutdown()

    def projector(self, *models: ReadModel) -> Projector:
        """A projector as a new process has it: nothing remembered."""
        lanes = [self.batch(self.store()) for _ in range(2)]
        return Projector(CodeVersions(models), Horizon(EVENTS), lanes, ProjectionMetrics(CollectorRegistry()))

    async def loaded(self, *models: ReadModel) -> Projector:
        projector = self.projector(*models)
        await projector.load(await self.reader.head())
        return projector

    def store(self) -> Store:
        self._stores.append(Store(self._read.url("projector"), application_name="projecting"))
        return self._stores[-1]

    def batch(self, store: Store) -> Batch:
        return Batch(store, Codec(EVENTS, {}), KeyRing(self._pool), self._renderers)

    def release(self) -> Release:
        store = self.store()
        return Release(store, self.batch(store), self.reader)

    async def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All rows, as the query side sees them when it may."""
        role = "query" if table.startswith("serving.") else "projector"
        connection = await asyncpg.connect(self._read.url(role))
        try:
            return sorted(tuple(row) for row in await connection.fetch(f"SELECT * FROM {table}"))  # noqa: S608 - a name from a test
        finally:
            await connection.close()

    async def tables(self, *names: str) -> dict[str, list[tuple[Any, ...]]]:
        return {name: await self.rows(f"serving.{name}") for name in names}


def by_partition(events: Iterable[StoredEvent]) -> dict[int, list[StoredEvent]]:
    """As the follower hands them on."""
    batches: dict[int, list[StoredEvent]] = {}
    for event in events:
        batches.setdefault(event.partition, []).append(event)
    return batches


@asynccontextmanager
async def open_desk(log: Database, read: Database) -> AsyncIterator[Desk]:
    desk = Desk(log, read)
    await desk.open()
    try:
        yield desk
    finally:
        await desk.close()
