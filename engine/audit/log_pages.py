"""Reads events by partition key, many keys at a time, in pages: never a long snapshot on the log."""

from collections.abc import AsyncIterator, Collection, Sequence
from itertools import accumulate
from typing import Any

import asyncpg

from engine.log.availability import reading_the_log
from engine.log.records import StoredEvent

_PAGE_BYTES = 8 << 20
_PAGE_EVENTS = 2_000
_COLUMNS = ", ".join("partition_key" if name == "key" else name for name in StoredEvent._fields)


def _page_sql(where: str, order: str) -> str:
    """At most $2 events and about $1 bytes of them, never less than one event."""
    return f"""
        SELECT {_COLUMNS} FROM (
            SELECT *, sum(octet_length(data)) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING)
                      - octet_length(data) AS bytes_before
              FROM (SELECT {_COLUMNS} FROM events WHERE {where} AND type = ANY ($3) ORDER BY {order} LIMIT $2) AS page
        ) AS measured
        WHERE bytes_before < $1 ORDER BY {order}
    """  # noqa: S608 - made of this module's constants


_OF_KEYS = _page_sql("partition_key = ANY ($4)", "partition_key, position")
_REST_OF_KEY = _page_sql("partition_key = $4 AND position > $5", "position")
_IN_ORDER = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
"""By the index of keys, as far as the page goes: else each page reads the whole log, and sorts on disk what is left."""
_KEYS_OF_PARTITION = """
    SELECT DISTINCT partition_key FROM events
     WHERE partition = $1 AND sequence <= $2 AND partition_key > $3 ORDER BY partition_key LIMIT $4
"""
_KEYS_AT = "SELECT DISTINCT partition_key FROM events WHERE position = ANY ($1::bigint[])"
_COUNTED = """
    SELECT k.key, counted.events FROM unnest($1::text[]) AS k(key)
     CROSS JOIN LATERAL (SELECT count(*) AS events
                           FROM (SELECT FROM events AS e WHERE e.partition_key = k.key LIMIT $2) AS theirs) AS counted
     ORDER BY counted.events
"""
_LAST_POSITION = "SELECT coalesce(max(position), 0) FROM events"
_KNOWN = """
    SELECT k.key FROM unnest($1::text[]) AS k(key)
     WHERE EXISTS (SELECT FROM events AS e WHERE e.partition_key = k.key)
"""


async def keys_of(pool: "asyncpg.Pool[Any]", partition: int, up_to: int, *, page: int = 50_000) -> AsyncIterator[str]:
    """Every key of a partition that has an event up to this sequence, in order."""
    last = ""
    while True:
        with reading_the_log():
            rows = await pool.fetch(_KEYS_OF_PARTITION, partition, up_to, last, page)
        for (key,) in rows:
            yield key
        if len(rows) < page:
            return
        last = rows[-1][0]


async def events_of(
    pool: "asyncpg.Pool[Any]", keys: Collection[str], types: Collection[str]
) -> AsyncIterator[list[StoredEvent]]:
    """All events of these types and keys, key after key and each in order."""
    wanted, left = list(types), sorted(keys)
    while left:
        page = await _fetch(pool, _OF_KEYS, wanted, left)
        if not page:
            return
        yield page
        last = page[-1]
        # the rest of a long key by itself, so that no page reads again what came before it
        while rest := await _fetch(pool, _REST_OF_KEY, wanted, last.key, last.position):
            yield rest
            last = rest[-1]
        left = [key for key in left if key > last.key]


async def some_keys(pool: "asyncpg.Pool[Any]", positions: Sequence[int]) -> list[str]:
    """The keys of the events at these positions."""
    with reading_the_log():
        return [key for (key,) in await pool.fetch(_KEYS_AT, positions)]


async def least_busy(pool: "asyncpg.Pool[Any]", keys: Sequence[str], most_events: int) -> list[str]:
    """Those with the fewest events: as many as have no more than `most_events` together, and one at least."""
    with reading_the_log():
        counted = await pool.fetch(_COUNTED, keys, most_events + 1)
    together = accumulate(events for _, events in counted)
    fitting = sum(1 for events in together if events <= most_events)
    return [key for key, _ in counted[: max(fitting, 1)]]


async def last_position(pool: "asyncpg.Pool[Any]") -> int:
    with reading_the_log():
        return int(await pool.fetchval(_LAST_POSITION))


async def known_keys(pool: "asyncpg.Pool[Any]", texts: Collection[str]) -> set[str]:
    """Those of the texts that are partition keys of the log."""
    with reading_the_log():
        return {key for (key,) in await pool.fetch(_KNOWN, list(texts))}


async def _fetch(pool: "asyncpg.Pool[Any]", sql: str, types: list[str], *where: Any) -> list[StoredEvent]:
    with reading_the_log():
        async with pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(_IN_ORDER)
            rows = await connection.fetch(sql, _PAGE_BYTES, _PAGE_EVENTS, types, *where)
    return list(map(StoredEvent._make, rows))
