"""What a build takes of the disk: an estimate before it, and a floor that it stops at."""

import shutil
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import asyncpg

from engine.projection.generations import schema_of

FLOOR_BYTES = 2 << 30
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SERVED = """
    SELECT g.number, coalesce((SELECT sum(sequence) FROM projection.checkpoints AS c
                                WHERE c.model = g.model AND c.generation = g.number), 0)::bigint
      FROM projection.generations AS g WHERE g.model = $1 AND g.state = 'serving'
"""
_BYTES = """
    SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind = 'r'
"""


class Estimate(NamedTuple):
    """What a replay will read and write."""

    events: int
    size_bytes: int | None
    """Of the new generation's tables; None: nothing is served that could be measured."""


async def estimate(connection: "asyncpg.Connection[Any]", model: str, events: int) -> Estimate:
    """The new generation will be to its events as the served one is to its own.

    Args:
        connection: to the read database.
        model: its name.
        events: how many the log has.
    """
    served = await connection.fetchrow(_SERVED, model)
    if served is None or not served[1]:
        return Estimate(events, None)
    size_bytes = await connection.fetchval(_BYTES, schema_of(model, served[0]))
    return Estimate(events, size_bytes * events // served[1])


class Floor(NamedTuple):
    """How much space must stay free on the disk that a folder is on."""

    folder: Path
    least_bytes: int = FLOOR_BYTES

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.folder).free

    def problem(self) -> str | None:
        free = self.free_bytes()
        if free >= self.least_bytes:
            return None
        return f"{free >> 20} MiB are free on the disk, less than the floor of {self.least_bytes >> 20} MiB"


def floor_of(read_url: str, folder: Path) -> Floor | None:
    """Of a read database on this machine, whose files lie on the folder's disk. Nobody sees another's disk."""
    is_here = urlsplit(read_url).hostname in _LOOPBACK
    return Floor(folder) if is_here and folder.exists() else None
