"""Stores an exported log in an empty one: all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

import asyncpg

from engine.log.codec import UnknownEvent
from ops.checking_log.verification import Verification
from ops.transferring.keys import read_keys
from ops.transferring.lines import COLUMNS, Damaged, Head
from ops.transferring.names import claim_names
from ops.transferring.reading import ExportedLog

# The sequencer's lock: until the import is decided, no command appends.
_LOCK = "SELECT pg_advisory_xact_lock(7203114985)"
_IS_EMPTY = """
    SELECT NOT EXISTS (SELECT FROM events) AND NOT EXISTS (SELECT FROM claims)
       AND NOT EXISTS (SELECT FROM personal_keys) AND NOT EXISTS (SELECT FROM idempotency)
"""
# As after a restore: tokens of the old system know nothing of what comes here. The relay begins anew, and jobs do not
# run for what happened elsewhere.
_NEW_EPOCH = """
    UPDATE log_state SET epoch = greatest(epoch, $1 + 1) RETURNING epoch
"""
_RELAY = "UPDATE relay_cursor SET position = 0, epoch = $1"
_JOBS = """
    INSERT INTO job_checkpoints (partition, epoch, sequence)
    SELECT p.partition, $1, coalesce((SELECT max(e.sequence) FROM events e WHERE e.partition = p.partition), 0)
      FROM log_state s, generate_series(0, s.partitions - 1) AS p(partition)
        ON CONFLICT (partition) DO UPDATE SET epoch = excluded.epoch, sequence = excluded.sequence
"""
_TRIGGERS = "UPDATE job_triggers SET since = (SELECT coalesce(max(position), 0) FROM events)"
# Nor is anybody told of it: the hooks of that system have no secret here until somebody makes one.
_WEBHOOKS = "UPDATE webhook_scan SET position = (SELECT coalesce(max(position), 0) FROM events)"
# What is scheduled there is published here too.
_SCHEDULES = """
    INSERT INTO job_ledger (event_id, job, position, due_at, resend_at)
    SELECT e.id, 'publish_due_post', e.position, at.time, greatest(at.time, clock_timestamp()) + interval '10 seconds'
      FROM events AS e CROSS JOIN LATERAL (SELECT (e.data::json ->> 'publish_at')::timestamptz AS time) AS at
     WHERE e.type = 'PostScheduled' AND NOT EXISTS (
           SELECT FROM events AS l
            WHERE l.stream = e.stream AND l.version > e.version
              AND l.type IN ('PostScheduled', 'PostUnscheduled', 'PostPublished', 'PostArchived', 'PostDeleted'))
"""


class NotStored(Exception):  # noqa: N818 - named for the fact
    """Nothing was written, for a reason that the message says."""


@dataclass(slots=True)
class Stored:
    events: int = 0
    keys: int = 0
    names: int = 0
    contested_names: int = 0
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class LogStore:
    """Stores with the role that owns the log: no other may write events but by appending.

    Args:
        connection: of that role, in no transaction.
        secret: of this system; addresses are reserved by hashes that it keys.
        on_progress: told how many events were read.
    """

    connection: Any
    secret: bytes
    on_progress: Callable[[int], None] = lambda _: None

    async def store(self, log: ExportedLog, keys: IO[bytes] | None) -> Stored:
        """Commits all of it, or nothing.

        Raises:
            NotStored: the log is not empty or of other partitions, the code is too old, or what is read is damaged.
        """
        stored = Stored()
        try:
            async with self.connection.transaction():
                await self.connection.execute(_LOCK)
                await self._require_room(log.head)
                await self._events(log, stored)
                await self._keys(keys, stored)
                stored.names, stored.contested_names = await claim_names(self.connection, self.secret)
                await self._begin(log.head, stored)
        except (Damaged, UnknownEvent) as problem:
            raise NotStored(str(problem)) from problem
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as problem:
            raise NotStored(f"the log cannot hold what is read: {type(problem).__name__}") from problem
        await self.connection.execute("ANALYZE events, claims, personal_keys")
        return stored

    async def _require_room(self, head: Head) -> None:
        if head.first != 1:
            raise NotStored(f"a log begins at position 1, and this part at {head.first}")
        if not await self.connection.fetchval(_IS_EMPTY):
            raise NotStored(
                "the log is not empty; `palimpsest up --no-admin` in a new PALIMPSEST_HOME starts an empty one"
            )
        partitions = await self.connection.fetchval("SELECT partitions FROM log_state")
        if partitions != head.partitions:
            raise NotStored(f"this log has {partitions} partitions, and the other {head.partitions}")

    async def _events(self, log: ExportedLog, stored: Stored) -> None:
        async def counted() -> Any:
            async for event in log.events():
                stored.events += 1
                self.on_progress(1)
                yield event

        await self.connection.copy_records_to_table("events", records=counted(), columns=COLUMNS)
        # What is stored now, not what was sent: gaps inside a file whose hash fits are found as well.
        report = await Verification(self.connection, log.hashes()).of_all()
        if not report.is_whole:
            raise NotStored(f"it is not whole: {report.problems[0]}")
        if {each.partition for each in report.partitions} != log.hashes().keys():
            raise NotStored("its last line does not name every partition that has events")

    async def _keys(self, file: IO[bytes] | None, stored: Stored) -> None:
        if file is None:
            return

        async def counted() -> Any:
            async for key in read_keys(file):
                stored.keys += 1
                yield key

        await self.connection.copy_records_to_table(
            "personal_keys", records=counted(), columns=("account", "scope", "key")
        )

    async def _begin(self, head: Head, stored: Stored) -> None:
        stored.epoch = await self.connection.fetchval(_NEW_EPOCH, head.epoch)
        await self.connection.execute(_RELAY, stored.epoch)
        await self.connection.execute(_JOBS, stored.epoch)
        await self.connection.execute(_TRIGGERS)
        await self.connection.execute(_WEBHOOKS)
        await self.connection.execute(_SCHEDULES)
