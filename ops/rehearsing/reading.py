"""Reads a partition of the log key by key, without holding a snapshot of it."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from engine.log.records import StoredEvent

# WITH HOLD: once PostgreSQL has sorted the partition into its own files, nothing holds a snapshot on the log.
_DECLARE = """
    DECLARE rehearsal NO SCROLL CURSOR WITH HOLD FOR
    SELECT id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version, data,
           metadata, recorded_at
      FROM events WHERE partition = $1 AND sequence <= $2 ORDER BY partition_key, sequence
"""
_FETCH = "FETCH 500 FROM rehearsal"
_CLOSE = "CLOSE rehearsal"
_SORT_TIMEOUT_S = 3600


async def pages_by_key(
    connection: "asyncpg.Connection[Any]", partition: int, up_to: int
) -> AsyncIterator[list[StoredEvent]]:
    """In the order of keys, and of sequence within a key."""
    await connection.execute("SET cursor_tuple_fraction = 1; SET statement_timeout = 0")
    await connection.execute(_DECLARE, partition, up_to, timeout=_SORT_TIMEOUT_S)
    while rows := await connection.fetch(_FETCH):
        yield list(map(StoredEvent._make, rows))
    await connection.execute(_CLOSE)
