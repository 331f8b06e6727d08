"""Days by the site's clock, over summer time and back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from jobs.days import day_before, week_before

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "zone", "day", "since", "hours"),
    [
        ("2026-11-23T06:00Z", "UTC", "2026-11-22", "2026-11-22T00:00Z", 24),
        ("2026-11-22T23:00Z", "Asia/Shanghai", "2026-11-22", "2026-11-21T16:00Z", 24),
        ("2026-03-30T05:00Z", "Europe/Vienna", "2026-03-29", "2026-03-28T23:00Z", 23),
        ("2026-10-26T06:00Z", "Europe/Vienna", "2026-10-25", "2026-10-24T22:00Z", 25),
        ("2028-03-01T07:00Z", "UTC", "2028-02-29", "2028-02-29T00:00Z", 24),
        ("2026-01-01T12:00Z", "America/New_York", "2025-12-31", "2025-12-31T05:00Z", 24),
    ],
)
def test_the_day_before_is_whole(at: str, zone: str, day: str, since: str, hours: int) -> None:
    found = day_before(datetime.fromisoformat(at), zone)
    assert found.date.isoformat() == day
    assert found.since == datetime.fromisoformat(since)
    assert found.until.astimezone(UTC) - found.since.astimezone(UTC) == hours * HOUR


@pytest.mark.parametrize("zone", ["Europe/Vienna", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe"])
def test_each_day_begins_where_the_one_before_it_ends(zone: str) -> None:
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number) for number in range(367)]
    days = [day_before(noon, zone) for noon in noons]
    assert all(first.until == second.since for first, second in pairwise(days))


def test_a_week_before_is_the_same_time_of_day_there() -> None:
    monday = datetime(2026, 3, 30, 6, tzinfo=UTC)  # eight o'clock in Vienna, in summer time since the day before
    assert week_before(monday, "Europe/Vienna") == datetime(2026, 3, 23, 7, tzinfo=UTC)
    assert week_before(monday, "UTC") == datetime(2026, 3, 23, 6, tzinfo=UTC)
