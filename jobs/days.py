"""Days and weeks by the clock of the site: as long as they are there, with summer time and without."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Day(NamedTuple):
    date: date
    since: datetime
    until: datetime
    """Where the next day begins."""


def day_before(at: datetime, time_zone: str) -> Day:
    """The whole day before the one on which `at` falls there."""
    zone = ZoneInfo(time_zone)
    today = at.astimezone(zone).date()
    yesterday = today - timedelta(days=1)
    return Day(yesterday, _beginning(yesterday, zone), _beginning(today, zone))


def week_before(at: datetime, time_zone: str) -> datetime:
    """The same time of day, seven days earlier there."""
    return at.astimezone(ZoneInfo(time_zone)) - timedelta(days=7)


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
