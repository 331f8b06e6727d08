"""Turns events into ledger rows: in one transaction with the checkpoints, then a message to the broker each."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import asyncpg
import orjson
import structlog

from engine.following.contract import CheckpointMoved, ForeignHistory, Head, StoreUnavailable, foreign
from engine.log.availability import is_unreachable
from engine.log.records import StoredEvent
from jobs.broker import JobBroker
from jobs.entries import Entry, enter
from jobs.job import Job
from jobs.upkeep import Due, Upkeep
from kit.database import DATABASE_FAULTS

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


class Reactor:
    """The consumer that starts jobs. Looks at an event's type and time alone: what a job does not want, it does not do.

    Args:
        wake_clock: called when there are new rows that have a time.
        wake_webhooks: called when there is anything new.
    """

    name = "jobs"

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        broker: JobBroker,
        jobs: Iterable[Job],
        wake_clock: Callable[[], None] = lambda: None,
        wake_webhooks: Callable[[], None] = lambda: None,
    ) -> None:
        self._pool, self._broker, self._wake_clock = pool, broker, wake_clock
        self._wake_webhooks = wake_webhooks
        self._upkeep = Upkeep(pool)
        self._jobs = tuple(jobs)
        self._epoch = 0
        self._since: dict[str, int] = {}
        self._by_type: dict[str, list[Job]] = {}
        for job in self._jobs:
            for cause in job.causes:
                self._by_type.setdefault(cause.__name__, []).append(job)

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
                    await enter(connection, entries, first_resend_s=_FIRST_RESEND_S)
        except CheckpointMoved:
            raise
        except Exception as error:
            raise _as_unavailable(error) from error
        self._wake_webhooks()
        if entries:
            at_once = [entry for entry in entries if entry.time is None]
            if len(at_once) < len(entries):
                self._wake_clock()
            dues = [Due(entry.event_id, entry.job.name, queue=entry.job.queue) for entry in at_once]
            unsent = await self._broker.send(dues)
            with contextlib.suppress(*DATABASE_FAULTS):  # else in 10 s
                await self._upkeep.hurry(unsent)

    def stopped(self) -> Mapping[int, str]:
        return {}

    def _entries(self, event: StoredEvent) -> Iterable[Entry]:
        for job in self._by_type.get(event.type, ()):
            if event.position > self._since[job.name]:
                time = job.time and job.time(orjson.loads(event.data))
                yield Entry(job, event.id, event.position, time=time)

    async def _move_checkpoints(self, connection: Any, batches: Mapping[int, Sequence[StoredEvent]]) -> None:
        since = [events[0].sequence - 1 for events in batches.values()]
        upto = [events[-1].sequence for events in batches.values()]
        moved = await connection.execute(_MOVE, list(batches), since, upto, self._epoch)
        if moved != f"UPDATE {len(batches)}":
            raise CheckpointMoved("another reactor has moved a checkpoint")


def _as_unavailable(error: Exception) -> Exception:
    return StoreUnavailable(type(error).__name__) if is_unreachable(error) else error
