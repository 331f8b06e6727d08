"""Puts events into a log without going through commands: the relay looks at their numbers alone."""

import asyncpg

from tests.servers import Database

_INSERT = """
    WITH counted AS (SELECT last + n AS position, (last + n) % 16 AS partition
                       FROM (SELECT coalesce(max(position), 0) AS last FROM events) AS before,
                            generate_series(1, $1) AS n)
    INSERT INTO events (position, sequence, recorded_at, id, append_id, version, partition, schema_version, ends_append,
                        partition_key, stream, type, data, metadata)
    SELECT position, (position + 15) / 16,
           clock_timestamp(), gen_random_uuid(), gen_random_uuid(), position, partition, 1, true,
           'key-' || partition, 'stream-' || partition, 'PostRetagged', $2, '{"correlation":"c-' || position || '"}'
      FROM counted
"""


class LogWriter:
    """Events go round the 16 partitions: position p is in partition p % 16."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, count: int, *, data: str = "{}") -> None:
        connection = await self._connect()
        try:
            await connection.execute(_INSERT, count, data)
        finally:
            await connection.close()

    async def execute(self, statement: str) -> None:
        connection = await self._connect()
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def cursor(self) -> int:
        connection = await self._connect()
        try:
            return int(await connection.fetchval("SELECT position FROM relay_cursor"))
        finally:
            await connection.close()

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(self._database.url("owner"))
