"""Which ticks are due: over changes of the clocks, leap days, absences, and clocks that are put back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.registry import JOBS
from jobs.ticks import is_missed, newest_tick, next_tick, tick_of, ticks_after
from jobs.timekeeper import _Seen
from jobs.timetable import TIMETABLE, Row

BERLIN, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ZONES = [ZoneInfo("UTC"), BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia")]
CRONS = [
    "* * * * *",
    "*/7 * * * *",
    "30 2 * * *",
    "0 0 * * *",
    "0 7 * * MON",
    "15 3 1 * *",
    "0 12 29 2 *",
    "5,35 1-3 * * *",
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(row: Row, since: str, zone: ZoneInfo, count: int) -> list[str]:
    """The first ticks in the zone's own time."""
    following = ticks_after(row, utc(since), zone)
    return [f"{next(following).astimezone(zone):%d %H:%M %z}" for _ in range(count)]


def test_what_falls_into_the_hour_that_is_left_out_is_done_right_after_it() -> None:
    assert local(Row("j", "30 2 * * *"), "2026-03-27T12:00", BERLIN, 3) == [
        "28 02:30 +0100",
        "29 03:00 +0200",
        "30 02:30 +0200",
    ]


def test_what_falls_into_the_hour_that_comes_twice_is_done_the_first_time() -> None:
    row = Row("j", "30 2 * * *")
    assert local(row, "2026-10-24T12:00", BERLIN, 2) == ["25 02:30 +0200", "26 02:30 +0100"]
    assert local(row, "2026-10-25T01:10", BERLIN, 1) == ["26 02:30 +0100"]  # begun in the second of the two hours


def test_a_row_of_every_hour_follows_the_clock() -> None:
    row = Row("j", "0 * * * *")
    assert local(row, "2026-03-29T00:30", BERLIN, 2) == ["29 03:00 +0200", "29 04:00 +0200"]
    assert local(row, "2026-10-24T23:30", BERLIN, 3) == ["25 02:00 +0200", "25 02:00 +0100", "25 03:00 +0100"]


def test_a_daily_row_comes_once_each_day_of_a_year_in_every_zone() -> None:
    for zone in ZONES[:-1]:
        for cron in ("0 0 * * *", "30 2 * * *", "0 7 * * *"):
            following = ticks_after(Row("j", cron), utc("2026-01-01T12:00"), zone)
            days = [next(following).astimezone(zone).date() for _ in range(365)]
            assert days == [days[0] + timedelta(days=number) for number in range(365)]


def test_a_leap_day_comes_every_four_years_and_not_in_2100() -> None:
    following = ticks_after(Row("j", "0 12 29 2 *"), utc("2092-03-01"), ZONES[0])
    assert [next(following).year for _ in range(2)] == [2096, 2104]
    assert next_tick(Row("j", "0 0 1 3 *"), utc("2028-02-29T23:59"), ZONES[0]) == utc("2028-03-01T00:00")


def test_of_what_was_missed_the_newest_is_done_or_none() -> None:
    row = Row("j", "0 7 * * *")
    assert newest_tick(row, utc("2026-05-01T07:00"), utc("2026-05-09T06:59"), ZONES[0]) == utc("2026-05-08T07:00")
    assert newest_tick(row, utc("2026-05-01T07:00"), utc("2026-05-02T06:59"), ZONES[0]) is None
    assert newest_tick(row, utc("2026-05-01T06:59"), utc("2026-05-01T07:00"), ZONES[0]) == utc("2026-05-01T07:00")
    skipping = Row("j", "0 7 * * *", missed="skip")
    assert is_missed(skipping, utc("2026-05-01T07:00"), utc("2026-05-01T07:06"))
    assert not is_missed(skipping, utc("2026-05-01T07:00"), utc("2026-05-01T07:04"))
    assert not is_missed(row, utc("2026-05-01T07:00"), utc("2026-05-09T07:00"))


def test_an_absence_of_years_is_looked_through_at_once() -> None:
    for cron in CRONS:
        newest = newest_tick(Row("j", cron), utc("2001-01-01"), utc("2026-05-01T00:00:30"), ZONES[0])
        assert newest is None or newest > utc("2024-02-28")


def test_a_clock_that_is_put_back_finds_the_same_ticks_under_the_same_ids() -> None:
    row = Row("j", "*/10 * * * *")
    before = newest_tick(row, utc("2026-05-01T12:05"), utc("2026-05-01T12:31"), ZONES[0])
    again = newest_tick(row, utc("2026-05-01T12:29"), utc("2026-05-01T12:30:01"), ZONES[0])
    assert before is not None
    assert again is not None
    assert tick_of("j", before) == tick_of("j", again)
    assert tick_of("j", before).id == tick_of("j", before.astimezone(BERLIN)).id
    assert tick_of("j", before).id != tick_of("k", before).id


@given(
    st.sampled_from(CRONS),
    st.sampled_from(ZONES),
    st.integers(0, 5 * 365 * 86_400),
    st.lists(st.integers(1, 10_000), min_size=1, max_size=20),
)
def test_however_often_one_looks_each_tick_is_seen_once_and_in_order(
    cron: str, zone: ZoneInfo, start_s: int, steps_s: list[int]
) -> None:
    row, begin = Row("j", cron), utc("2025-01-01") + timedelta(seconds=start_s)
    seen: list[datetime] = []
    since = now = begin
    for step_s in steps_s:
        now += timedelta(seconds=step_s)
        tick = newest_tick(row, since, now, zone)
        if tick is not None:
            assert since < tick <= now
            seen.append(tick)
            since = tick
    assert seen == sorted(set(seen))
    following = list(_up_to(row, begin, now, zone))
    assert seen[-1:] == following[-1:]
    assert set(seen) <= set(following)


CHANGES = ["2026-03-28T22:00", "2026-10-24T20:00", "2026-03-08T04:00", "2026-11-01T03:00", "2026-04-04T12:00"]
"""Some hours before clocks change, here or there."""


@given(
    st.sampled_from(CRONS), st.sampled_from(ZONES), st.sampled_from(CHANGES), st.integers(0, 600), st.integers(0, 600)
)
def test_wherever_one_begins_around_a_change_of_the_clocks_the_same_ticks_come(
    cron: str, zone: ZoneInfo, change: str, first_min: int, later_min: int
) -> None:
    row, begin = Row("j", cron), utc(change) + timedelta(minutes=first_min)
    later, end = begin + timedelta(minutes=later_min), begin + timedelta(hours=20)
    assert list(_up_to(row, later, end, zone)) == [tick for tick in _up_to(row, begin, end, zone) if tick > later]


@given(st.sampled_from(ZONES), st.sampled_from(CHANGES), st.lists(st.integers(-180, 240), max_size=40))
def test_a_clock_that_jumps_back_and_forth_over_a_change_does_a_daily_row_once_a_day(
    zone: ZoneInfo, change: str, jumps_min: list[int]
) -> None:
    row = Row("j", "30 2 * * *")
    seen_until = now = utc(change)
    done: set[datetime] = set()
    for jump_min in jumps_min:
        now += timedelta(minutes=jump_min)
        since = _Seen(seen_until, now).since
        tick = newest_tick(row, since, now, zone)
        seen_until = tick or since
        done |= {tick} if tick else set()
    days = [tick.astimezone(zone).date() for tick in done]
    assert len(set(days)) == len(days)


def test_a_leap_day_has_its_ticks_in_every_zone() -> None:
    for zone in ZONES:
        following = ticks_after(Row("j", "0 7 * * *"), utc("2028-02-28T00:00"), zone)
        days = {next(following).astimezone(zone).date().isoformat() for _ in range(3)}
        assert {"2028-02-28", "2028-02-29"} <= days or {"2028-02-29", "2028-03-01"} <= days
    monthly = ticks_after(Row("j", "0 0 L * *"), utc("2028-02-01T00:00"), ZONES[0])
    assert next(monthly) == utc("2028-02-29T00:00")


def _up_to(row: Row, begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    found = []
    for tick in ticks_after(row, begin, zone):
        if tick > end:
            break
        found.append(tick)
    return found


@pytest.mark.parametrize("row", TIMETABLE, ids=lambda row: row.job)
def test_a_row_names_a_job_that_no_event_causes_and_times_that_come(row: Row) -> None:
    [job] = [job for job in JOBS if job.name == row.job]
    assert job.causes == ()
    assert next_tick(row, utc("2026-01-01"), BERLIN) is not None


def test_a_job_without_a_cause_is_in_the_timetable() -> None:
    assert sorted(job.name for job in JOBS if not job.causes) == sorted(row.job for row in TIMETABLE)
