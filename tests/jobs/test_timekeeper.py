"""Ticks on the real ledger: each entered once, by whoever sees to it first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from jobs.broker import JobBroker
from jobs.job import Job, Tick
from jobs.readers import Readers
from jobs.ticks import newest_tick, tick_of
from jobs.timekeeper import Timekeeper
from jobs.timetable import Row
from jobs.tools import Tools
from kit.database import open_pool
from tests.racing import statements_held
from tests.servers import Database

_ROWS = "SELECT event_id, tick_at, due_at, state, position FROM job_ledger ORDER BY tick_at"
_AGO = "UPDATE job_timetable SET seen_until = clock_timestamp() - $1::interval"
_SITE = """
    CREATE TABLE serving.site (time_zone text);
    INSERT INTO serving.site VALUES ('Asia/Kolkata');
    GRANT SELECT ON serving.site TO palimpsest_jobs;
"""


async def perform(_cause: Tick, _tools: Tools) -> None:
    """Never comes to it: there is no worker here."""


REPORT = Job("report", (), perform)
EVERY_MINUTE = Row("report", "* * * * *")


class Hall:
    def __init__(self, log: "asyncpg.Pool[Any]", read: "asyncpg.Pool[Any]") -> None:
        self.log, self._read = log, read

    def keeper(self, *rows: Row) -> Timekeeper:
        """Its broker is down: what is entered is sent by the sweeper."""
        readers = Readers(self._read, None)  # type: ignore[arg-type] # nobody asks for the log's head
        return Timekeeper(self.log, JobBroker("redis://127.0.0.1:1/0", ()), readers, rows, (REPORT,))

    async def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.log.fetch(_ROWS)]

    async def absent(self, length: timedelta) -> None:
        await self.log.execute(_AGO, length)


@pytest.fixture
async def hall(log_database: Database, read_database: Database) -> AsyncIterator[Hall]:
    name = "test timekeeper"
    async with (
        await open_pool(log_database.url("jobs"), size=4, application_name=name) as log,
        await open_pool(read_database.url("jobs"), size=1, application_name=name) as read,
    ):
        yield Hall(log, read)


async def test_a_new_row_begins_with_its_next_tick_and_sleeps_until_then(hall: Hall) -> None:
    pause_s = await hall.keeper(Row("report", "0 0 29 2 *")).turn()
    assert (await hall.rows(), pause_s) == ([], 30.0)


async def test_of_what_was_missed_the_newest_tick_is_entered_once(hall: Hall) -> None:
    keeper = hall.keeper(EVERY_MINUTE)
    await keeper.turn()
    before = len(await hall.rows())
    await hall.absent(timedelta(hours=3))
    started = datetime.now(UTC)
    await keeper.turn()
    await keeper.turn()
    rows = (await hall.rows())[before:]
    assert 1 <= len(rows) <= 2  # two when a minute has passed meanwhile
    expected = newest_tick(EVERY_MINUTE, started - timedelta(hours=3), started, ZoneInfo("UTC"))
    assert expected is not None
    assert (rows[0]["event_id"], rows[0]["tick_at"], rows[0]["due_at"]) == (
        tick_of("report", expected).id,
        expected,
        expected,
    )


async def test_a_row_that_says_so_passes_over_what_was_missed(hall: Hall) -> None:
    now = datetime.now(UTC)
    hour_ago = now - timedelta(minutes=30)
    keeper = hall.keeper(Row("report", f"{hour_ago.minute} {hour_ago.hour} * * *", missed="skip"))
    await keeper.turn()
    await hall.absent(timedelta(hours=2))
    await keeper.turn()
    assert await hall.rows() == []


async def test_of_many_that_see_to_a_tick_one_enters_it(hall: Hall, log_database: Database) -> None:
    row = Row("report", "*/30 * * * *")
    keepers = [hall.keeper(row) for _ in range(3)]
    await keepers[0].turn()
    await hall.absent(timedelta(hours=3))
    async with statements_held(log_database, "UPDATE", "job_timetable", contenders=3):
        turning = asyncio.gather(*(keeper.turn() for keeper in keepers))
    await turning
    assert len(await hall.rows()) == 1


async def test_who_saw_the_timetable_before_another_enters_nothing_older(hall: Hall) -> None:
    """Of what was missed one is done, also when two processes come back at different moments."""
    slow, quick = hall.keeper(EVERY_MINUTE), hall.keeper(EVERY_MINUTE)
    await slow.turn()
    await hall.absent(timedelta(hours=3))
    [seen] = await hall.log.fetch(
        "SELECT seen_until, clock_timestamp() - interval '10 minutes' AS now FROM job_timetable"
    )
    await quick.turn()
    entered = len(await hall.rows())
    from jobs.timekeeper import _Seen  # noqa: PLC0415 - as the slow one saw it ten minutes ago

    await slow._see_to(EVERY_MINUTE, REPORT, _Seen(seen["seen_until"], seen["now"]))
    assert len(await hall.rows()) == entered == 1


async def test_a_clock_that_was_put_back_does_nothing_twice_and_goes_on(hall: Hall) -> None:
    keeper = hall.keeper(EVERY_MINUTE)
    await keeper.turn()
    await hall.absent(timedelta(minutes=2))
    await keeper.turn()
    [row] = await hall.rows()
    await hall.absent(timedelta(hours=-5))  # what was seen lies ahead: the clock was five hours fast
    await keeper.turn()
    seen = await hall.log.fetchval("SELECT seen_until <= clock_timestamp() FROM job_timetable")
    assert seen
    await hall.absent(timedelta(minutes=2))
    await keeper.turn()
    assert (await hall.rows())[0]["event_id"] == row["event_id"]
    assert len(await hall.rows()) <= 2  # two when a minute has passed meanwhile


async def test_the_sites_zone_decides_when_its_day_begins(hall: Hall, read_database: Database) -> None:
    owner = await asyncpg.connect(read_database.url("owner"))
    await owner.execute(_SITE)
    await owner.close()
    midnight = Row("report", "0 0 * * *", zone="site")
    keeper = hall.keeper(midnight)
    await keeper.turn()
    await hall.absent(timedelta(days=1))
    await keeper.turn()
    [row] = await hall.rows()
    assert (row["tick_at"].hour, row["tick_at"].minute) == (18, 30)


async def test_rows_in_utc_go_on_while_nobody_knows_the_sites_zone(hall: Hall) -> None:
    keeper = hall.keeper(Row("report", "* * * * *", zone="site"))
    await keeper.turn()
    await hall.absent(timedelta(hours=1))
    await keeper.turn()
    assert await hall.rows() == []
    utc = hall.keeper(EVERY_MINUTE)
    await utc.turn()
    assert len(await hall.rows()) == 1
