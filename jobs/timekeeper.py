"""Enters the ticks of the timetable into the ledger when they come."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import asyncpg
import structlog

from jobs.broker import JobBroker
from jobs.entries import Entry, enter
from jobs.job import Job
from jobs.readers import Readers
from jobs.rounds import Rounds
from jobs.ticks import is_missed, newest_tick, next_tick, tick_of
from jobs.timetable import Row
from jobs.upkeep import Due
from kit.database import DATABASE_FAULTS

_logger = structlog.get_logger()
_LONGEST_S, _SHORTEST_S = 30.0, 0.05
"""The clock may be put right meanwhile, and the site be given another time zone."""
_FIRST_RESEND_S = 10
_UTC = ZoneInfo("UTC")

_START = """
    INSERT INTO job_timetable (job, seen_until) SELECT unnest($1::text[]), clock_timestamp() ON CONFLICT DO NOTHING
"""
_SEEN = "SELECT job, seen_until, clock_timestamp() AS now FROM job_timetable WHERE job = ANY ($1::text[])"
# Compare-and-set: of several processes that see to a tick, the first one does, and it alone says what was missed.
_SEE_TO = "UPDATE job_timetable SET seen_until = $3 WHERE job = $1 AND seen_until = $2"


class _Seen(NamedTuple):
    until: datetime
    now: datetime

    @property
    def since(self) -> datetime:
        """A clock that was put back comes to its ticks anew: those that were done have their rows, and stay done."""
        return min(self.until, self.now)


class Timekeeper(Rounds):
    """Several at once do no harm: a tick is entered by the first of them. All go by the log database's clock."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        broker: JobBroker,
        readers: Readers,
        rows: Iterable[Row],
        jobs: Iterable[Job],
    ) -> None:
        super().__init__("the timetable is not followed", _LONGEST_S)
        known = {job.name: job for job in jobs}
        self._rows = [(row, known[row.job]) for row in rows]
        self._pool, self._broker, self._readers = pool, broker, readers
        self._site_zone: ZoneInfo | None = None

    async def turn(self) -> float:
        if not self._rows:
            return _LONGEST_S
        await self._ask_for_zone()
        names = [row.job for row, _ in self._rows]
        await self._pool.execute(_START, names)
        seen = {each["job"]: _Seen(each["seen_until"], each["now"]) for each in await self._pool.fetch(_SEEN, names)}
        waits = [await self._see_to(row, job, seen[row.job]) for row, job in self._rows]
        return max(_SHORTEST_S, min(_LONGEST_S, *waits))

    async def _see_to(self, row: Row, job: Job, seen: "_Seen") -> float:
        zone = _UTC if row.zone == "UTC" else self._site_zone
        if zone is None:
            return _LONGEST_S  # nobody can say what time it is there
        tick = newest_tick(row, seen.since, seen.now, zone)
        if tick is not None or seen.since < seen.until:
            await self._enter(row, job, tick, seen)
        following = next_tick(row, seen.now, zone)
        return _LONGEST_S if following is None else (following - seen.now) / timedelta(seconds=1)

    async def _enter(self, row: Row, job: Job, tick: datetime | None, seen: "_Seen") -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.execute(_SEE_TO, row.job, seen.until, tick or seen.since) != "UPDATE 1":
                return  # another process has seen to it
            if tick is None:
                return
            if is_missed(row, tick, seen.now):
                _logger.warning("a tick was missed", job=row.job, tick=tick.isoformat())
                return
            entry = Entry(job, tick_of(row.job, tick).id, tick_at=tick, time=tick)
            await enter(connection, [entry], first_resend_s=_FIRST_RESEND_S)
        await self._broker.send([Due(entry.event_id, job.name, queue=job.queue)])

    async def _ask_for_zone(self) -> None:
        if any(row.zone == "site" for row, _ in self._rows):
            try:
                self._site_zone = await self._readers.site_zone()
            except DATABASE_FAULTS as error:
                _logger.warning("the site's time zone cannot be asked for", cause=type(error).__name__)
