"""Reads one partition's events key by key, the long texts left where they are."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import asyncpg

from engine.log.records import StoredEvent
from engine.rebuild.late_texts import LateField, cut_sql

_BATCH = 500
_FIELDS = len(StoredEvent._fields)
_made = tuple.__new__  # half of what `_make` costs
_SORT_TIMEOUT_S = 3600.0
# The cursor outlives its transaction: once PostgreSQL has sorted the partition, nothing holds a snapshot on the log,
# however long the folding takes or is paused.
_SESSION = """
    SET work_mem = '64MB';
    SET cursor_tuple_fraction = 1.0;
    SET max_parallel_workers_per_gather = 0;
    SET statement_timeout = 0;
"""
_EVENTS = """
    SELECT * FROM events
     WHERE partition = $1 AND sequence <= $2 AND partition_key > $3
       AND (type = ANY ($4::text[]) OR type <> ALL ($5::text[]))
"""
_DECLARE = """
    DECLARE part_events NO SCROLL CURSOR WITH HOLD FOR
    SELECT id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version, data,
           metadata, recorded_at, size
      FROM ({cut}) AS cut ORDER BY partition_key, sequence
"""
_FETCH = f"FETCH {_BATCH} FROM part_events"
_CLOSE = "CLOSE part_events"
_WHOLE = """
    SELECT id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version, data,
           metadata, recorded_at
      FROM events WHERE position = ANY ($1::bigint[])
"""
_KEY = """
    SELECT id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version, data,
           metadata, recorded_at
      FROM events
     WHERE partition_key = $1 AND position > $2 AND sequence <= $3 AND type = ANY ($4::text[])
     ORDER BY position LIMIT 200
"""


class PartBatch(NamedTuple):
    """Events, some without their late text, and how large the data of each are with it."""

    events: Sequence[StoredEvent]
    sizes_bytes: Sequence[int]


class PartEvents:
    """The events of types that are wanted, and of those that this code does not know, so that they are noticed."""

    def __init__(
        self,
        connection: "asyncpg.Connection[Any]",
        wanted: Iterable[str],
        known: Iterable[str],
        late: Mapping[str, LateField],
    ) -> None:
        self._connection = connection
        self._wanted, self._known = list(wanted), list(known)
        self._declare = _DECLARE.format(cut=cut_sql(late.values(), _EVENTS))

    async def batches(self, partition: int, target: int, after_key: str) -> AsyncIterator[PartBatch]:
        """In the order of keys, and of sequence within a key."""
        connection = self._connection
        await connection.execute(_SESSION)
        where = (partition, target, after_key, self._wanted, self._known)
        await connection.execute(self._declare, *where, timeout=_SORT_TIMEOUT_S)
        try:
            while rows := await connection.fetch(_FETCH):
                events = [_made(StoredEvent, row[:_FIELDS]) for row in rows]
                yield PartBatch(events, [row[_FIELDS] for row in rows])
        finally:
            if not connection.is_closed():
                await connection.execute(_CLOSE)

    async def whole(self, positions: Iterable[int]) -> Sequence[StoredEvent]:
        """These events with all that they say."""
        return list(map(StoredEvent._make, await self._connection.fetch(_WHOLE, list(positions))))

    async def of_key(self, key: str, target: int, types: Iterable[str]) -> AsyncIterator[StoredEvent]:
        """A key's events of these types in order, whole."""
        position = 0
        while rows := await self._connection.fetch(_KEY, key, position, target, list(types)):
            for row in rows:
                yield StoredEvent._make(row)
            position = rows[-1]["position"]
