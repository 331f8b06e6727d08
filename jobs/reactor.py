"""Turns events into ledger rows: in one transaction with the checkpoints, then a message to the broker each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg
import structlog

from engine.following.contract import CheckpointMoved, ForeignHistory, Head, StoreUnavailable, foreign
from engine.log.availability import is_unreachable
from engine.log.records import StoredEvent
from jobs.broker import JobBroker
from jobs.job import Job
from jobs.ledger import Due

_logger = structlog.get_logger()
_FIRST_RESEND_S = 10

_LOAD = "SELECT partition, epoch, sequence FROM job_checkpoints"
_START_CHECKPOINTS = """
    INSERT INTO job_checkpoints (partition, epoch, sequence)
    SELECT partition, $2, 0 FROM generate_series(0, $1 - 1) AS all_of_them(partition)
        ON CONFLICT DO NOTHING
"""
_START_TRIGGERS = """
    INSERT INTO job_triggers (job, since) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING
"""
_TRIGGERS = "SELECT job, since FROM job_triggers"
# Compare-and-set: a second owner of the partition finds the checkpoint elsewhere and changes nothing.
_MOVE = """
    UPDATE job_checkpoints AS kept SET sequence = moved.upto
      FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS moved(partition, since, upto)
     WHERE kept.partition = moved.partition AND kept.sequence = moved.since AND kept.epoch = $4
"""
_ENTER = """
    INSERT INTO job_ledger (event_id, job, position, resend_at)
    SELECT event_id, job, position, clock_timestamp() + make_interval(secs => $4)
      FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS entered(event_id, job, position)
        ON CONFLICT DO NOTHING
"""

_Entry = tuple[StoredEvent, str]


class Reactor:
    """The consumer that starts jobs. Looks at an event's type alone: what a job does not want, it does not do."""

    name = "jobs"

    def __init__(self, pool: "asyncpg.Pool[Any]", broker: JobBroker, jobs: Iterable[Job]) -> None:
        self._pool, self._broker = pool, broker
        self._jobs = tuple(jobs)
        self._epoch = 0
        self._since: dict[str, int] = {}
        self._names_by_type: dict[str, list[str]] = {}
        for job in self._jobs:
            for cause in job.causes:
                self._names_by_type.setdefault(cause.__name__, []).append(job.name)

    async def load(self, head: Head) -> Mapping[int, int]:
        """Raises ForeignHistory, StoreUnavailable."""
        try:
            await self._pool.execute(_START_CHECKPOINTS, len(head.sequences), head.epoch)
            rows = await self._pool.fetch(_LOAD)
            await self._pool.execute(_START_TRIGGERS, [job.name for job in self._jobs], head.position)
            self._since = dict(map(tuple, await self._pool.fetch(_TRIGGERS)))
        except Exception as error:
            raise _as_unavailable(error) from error
        checkpoints = {row["partition"]: row["sequence"] for row in rows}
        for epoch in {row["epoch"] for row in rows}:
            if fault := foreign(head, epoch, checkpoints):
                raise ForeignHistory(fault)
        self._epoch = head.epoch
        return checkpoints

    async def apply(self, batches: Mapping[int, Sequence[StoredEvent]]) -> None:
        """Raises CheckpointMoved, StoreUnavailable."""
        entries = [entry for events in batches.values() for event in events for entry in self._entries(event)]
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await self._move_checkpoints(connection, batches)
                if entries:
                    await _enter(connection, entries)
        except CheckpointMoved:
            raise
        except Exception as error:
            raise _as_unavailable(error) from error
        if entries:
            await self._broker.send(Due(event.id, job) for event, job in entries)

    def stopped(self) -> Mapping[int, str]:
        return {}

    def _entries(self, event: StoredEvent) -> Iterable[_Entry]:
        for job in self._names_by_type.get(event.type, ()):
            if event.position > self._since[job]:
                yield event, job

    async def _move_checkpoints(self, connection: Any, batches: Mapping[int, Sequence[StoredEvent]]) -> None:
        since = [events[0].sequence - 1 for events in batches.values()]
        upto = [events[-1].sequence for events in batches.values()]
        moved = await connection.execute(_MOVE, list(batches), since, upto, self._epoch)
        if moved != f"UPDATE {len(batches)}":
            raise CheckpointMoved("another reactor has moved a checkpoint")


async def _enter(connection: Any, entries: Sequence[_Entry]) -> None:
    await connection.execute(
        _ENTER,
        [event.id for event, _ in entries],
        [job for _, job in entries],
        [event.position for event, _ in entries],
        _FIRST_RESEND_S,
    )


def _as_unavailable(error: Exception) -> Exception:
    return StoreUnavailable(type(error).__name__) if is_unreachable(error) else error
