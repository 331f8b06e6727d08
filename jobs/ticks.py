"""Which ticks of a row of the timetable are due: decided from two moments alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from cronsim import CronSim

from jobs.job import Tick
from jobs.timetable import Row

_NAMES = UUID("b5f0ad1c-7b25-4a4f-9c0e-2f6b1c3c8d11")
_LATE = timedelta(minutes=5)
"""Later than that, a tick is missed."""
_LOOK_BACK = (timedelta(hours=2), timedelta(days=2), timedelta(days=62), timedelta(days=750))


def ticks_after(row: Row, since: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """In UTC, in order, without end but for a date that never comes."""
    for found in CronSim(row.cron, since.astimezone(zone)):
        tick = found.astimezone(UTC)
        if tick > since:  # in the hour that comes twice it begins with the first of them
            yield tick


def next_tick(row: Row, now: datetime, zone: ZoneInfo) -> datetime | None:
    """None: it never comes."""
    return next(ticks_after(row, now, zone), None)


def newest_tick(row: Row, since: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The last one that came after `since`, up to now; None: none did."""
    for length in _LOOK_BACK:  # a row of every minute has half a million ticks a year: a year's absence is no reason
        begin = max(since, now - length)
        newest = None
        for tick in ticks_after(row, begin, zone):
            if tick > now:
                break
            newest = tick
        if newest is not None or begin == since:
            return newest
    return None


def is_missed(row: Row, tick: datetime, now: datetime) -> bool:
    """Whether it is too late for it, by what its row says."""
    return row.missed == "skip" and now - tick > _LATE


def tick_of(job: str, time: datetime) -> Tick:
    """The same id wherever it is made: of many processes that see a tick, one enters it."""
    return Tick(uuid5(_NAMES, f"{job} {time.astimezone(UTC).isoformat()}"), job, time)
