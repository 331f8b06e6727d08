"""A replay as its row says: what is asked for, and how far it has got."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import asyncpg


class State(StrEnum):
    QUEUED = "queued"
    BUILDING = "building"
    INDEXING = "indexing"
    CATCHING_UP = "catching_up"
    VERIFYING = "verifying"
    SWAPPING = "swapping"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.DONE, State.REFUSED, State.FAILED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Replay:
    id: int
    model: str
    version: int
    generation: int | None
    state: State
    is_paused: bool
    is_cancelled: bool
    workers: int
    rate: int | None
    swaps: bool
    until: datetime | None
    accepts: bool
    problem: str | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.model}_g{self.generation}" if self.generation else self.model

    @property
    def number(self) -> int:
        """The generation's. Raises LookupError when none was begun."""
        if self.generation is None:
            raise LookupError(f"replay {self.id} is {self.state} and has no generation")
        return self.generation


_COLUMNS = ", ".join(field.name for field in fields(Replay))
_ONE = f"SELECT {_COLUMNS} FROM projection.replays WHERE id = $1"  # noqa: S608 - our own names
_AT_WORK = f"""
    SELECT {_COLUMNS} FROM projection.replays
     WHERE state NOT IN ('done', 'refused', 'failed', 'cancelled') ORDER BY id
"""  # noqa: S608 - our own names
_LAST = f"SELECT {_COLUMNS} FROM projection.replays WHERE model = $1 ORDER BY id DESC LIMIT 1"  # noqa: S608 - same


async def find(connection: "asyncpg.Connection[Any]", replay: int) -> Replay:
    row = await connection.fetchrow(_ONE, replay)
    if row is None:
        raise LookupError(f"there is no replay {replay}")
    return _replay(row)


async def at_work(connection: "asyncpg.Connection[Any]") -> list[Replay]:
    """Those that have not ended, the oldest first."""
    return list(map(_replay, await connection.fetch(_AT_WORK)))


async def last_of(connection: "asyncpg.Connection[Any]", model: str) -> Replay | None:
    row = await connection.fetchrow(_LAST, model)
    return _replay(row) if row else None


def _replay(row: Mapping[str, Any]) -> Replay:
    return Replay(**{**dict(row), "state": State(row["state"])})
