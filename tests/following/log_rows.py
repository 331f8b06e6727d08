"""A log written row by row: following looks at numbers and data alone, not at how appends are decided."""

import asyncpg

from engine.log.records import StoredEvent
from tests.servers import Database

_COLUMNS = (
    "id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version, data, "
    "metadata, recorded_at"
)
_INSERT = f"""
    INSERT INTO events (position, sequence, recorded_at, id, append_id, version, partition, schema_version, ends_append,
                        partition_key, stream, type, data, metadata)
    SELECT coalesce((SELECT max(position) FROM events), 0) + n,
           coalesce((SELECT max(sequence) FROM events WHERE partition = $1), 0) + n,
           clock_timestamp(), gen_random_uuid(), gen_random_uuid(),
           coalesce((SELECT max(version) FROM events WHERE stream = 'stream-' || $1), 0) + n, $1, 1, true,
           'key-' || $1, 'stream-' || $1, 'Noted', $3, '{{}}'
      FROM generate_series(1, $2::int) AS n
    RETURNING {_COLUMNS}
"""  # noqa: S608 - made of constants


class LogRows:
    """Appends events to a partition of one's choice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, partition: int, count: int = 1, *, data: str = '{"text":"a"}') -> list[StoredEvent]:
        connection = await asyncpg.connect(self._database.url("owner"))
        try:
            rows = await connection.fetch(_INSERT, partition, count, data)
        finally:
            await connection.close()
        return sorted((StoredEvent._make(row) for row in rows), key=lambda event: event.position)

    async def execute(self, statement: str, *arguments: object) -> None:
        connection = await asyncpg.connect(self._database.url("owner"))
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()

    async def restore(self, position: int, epoch: int | None = None) -> None:
        """Puts the log back to an earlier point, as a backup does; `epoch` None forgets to change the epoch."""
        await self.execute("DELETE FROM events WHERE position > $1", position)
        if epoch is not None:
            await self.execute("UPDATE log_state SET epoch = $1", epoch)
