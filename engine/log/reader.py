"""Reads stored events by page: by position, partition, stream or key. Never holds a snapshot."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

from engine.log.availability import reading_the_log
from engine.log.records import StoredEvent

_PAGE_BYTES = 8 << 20
_PAGE_EVENTS = 1000
_COLUMNS = (
    "id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version, data, "
    "metadata, recorded_at"
)


def _page_sql(where: str, order: str) -> str:
    """At most $2 events and about $1 bytes of them, never less than one event."""
    return f"""
        SELECT {_COLUMNS} FROM (
            SELECT *, sum(octet_length(data)) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING)
                      - octet_length(data) AS bytes_before
              FROM (SELECT {_COLUMNS} FROM events WHERE {where} ORDER BY {order} LIMIT $2) AS page
        ) AS measured
        WHERE bytes_before < $1 ORDER BY {order}
    """  # noqa: S608 - made of this module's constants


_ALL = _page_sql("position > $3", "position")
_PARTITION = _page_sql("partition = $3 AND sequence > $4 AND sequence <= $5", "sequence")
_STREAM = _page_sql("stream = $3 AND version > $4", "version")
_KEY = _page_sql("partition_key = $3 AND position > $4", "position")
_AT = f"SELECT {_COLUMNS} FROM events WHERE position = ANY ($1::bigint[])"  # noqa: S608 - made of constants
_HEAD = """
    SELECT epoch, partitions,
           coalesce((SELECT position FROM events ORDER BY position DESC LIMIT 1), 0) AS position,
           ARRAY(SELECT coalesce((SELECT e.sequence FROM events e WHERE e.partition = p.partition::smallint
                                   ORDER BY e.sequence DESC LIMIT 1), 0)
                   FROM generate_series(0, partitions - 1) AS p(partition) ORDER BY p.partition) AS sequences
      FROM log_state
"""
_NO_END = (1 << 63) - 1


class LogHead(NamedTuple):
    """How far the log has got: the last position, and the last sequence of each partition."""

    epoch: int
    partitions: int
    position: int
    sequences: tuple[int, ...]


class LogReader:
    """Every page is a statement of its own. Raises LogUnavailable when the database cannot be reached."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def all(self, after: int, *, limit: int = _PAGE_EVENTS, max_bytes: int = _PAGE_BYTES) -> list[StoredEvent]:
        """In position order, which is commit order: what follows `after` has no gaps, ever."""
        return await self._page(_ALL, max_bytes, limit, after)

    async def partition(
        self,
        partition: int,
        after_sequence: int,
        *,
        limit: int = _PAGE_EVENTS,
        up_to: int | None = None,
        max_bytes: int = _PAGE_BYTES,
    ) -> list[StoredEvent]:
        """In sequence order; `up_to` is the last sequence wanted."""
        end = _NO_END if up_to is None else up_to
        return await self._page(_PARTITION, max_bytes, limit, partition, after_sequence, end)

    async def stream(
        self, stream: str, after_version: int = 0, *, limit: int = _PAGE_EVENTS, max_bytes: int = _PAGE_BYTES
    ) -> list[StoredEvent]:
        return await self._page(_STREAM, max_bytes, limit, stream, after_version)

    async def key(
        self, partition_key: str, after_position: int = 0, *, limit: int = _PAGE_EVENTS, max_bytes: int = _PAGE_BYTES
    ) -> list[StoredEvent]:
        return await self._page(_KEY, max_bytes, limit, partition_key, after_position)

    async def at(self, positions: Sequence[int]) -> list[StoredEvent]:
        """Those of these positions that there are."""
        with reading_the_log():
            rows = await self._pool.fetch(_AT, positions)
        return list(map(StoredEvent._make, rows))

    async def head(self) -> LogHead:
        """Costs one index look-up a partition."""
        with reading_the_log():
            row = await self._pool.fetchrow(_HEAD)
        if row is None:
            raise LookupError("log_state has no row: the log was never migrated")
        return LogHead(row["epoch"], row["partitions"], row["position"], tuple(row["sequences"]))

    async def epoch(self) -> int:
        with reading_the_log():
            return int(await self._pool.fetchval("SELECT epoch FROM log_state"))

    async def _page(self, sql: str, max_bytes: int, limit: int, *where: object) -> list[StoredEvent]:
        with reading_the_log():
            rows = await self._pool.fetch(sql, max_bytes, limit, *where)
        return list(map(StoredEvent._make, rows))
