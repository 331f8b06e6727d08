"""Positions without gaps in commit order, whatever becomes of the writers."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import asyncpg

from engine.log.append_session import AppendSession
from engine.log.append_statement import APPEND_GROUP, arguments
from engine.log.appender import Appender
from engine.log.reader import LogReader
from engine.log.records import Append, Appended, StoredEvent
from tests.log.appends import append
from tests.servers import Database


async def _append_slowly(url: str, asked: Append, *, held: asyncio.Event, is_kept: bool) -> None:
    """Keeps the sequencer after storing, as a writer does whose machine stands still."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.fetch(APPEND_GROUP, *arguments([asked], 16))
    await held.wait()
    await (transaction.commit() if is_kept else transaction.rollback())
    await connection.close()


async def _kill_writers(owner: "asyncpg.Connection[Any]", times: int) -> None:
    for _ in range(times):
        await owner.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'palimpsest append' AND datname = current_database()"
        )
        await asyncio.sleep(0.05)  # lets them come back: this is the load, not a wait for a result


async def _follow(reader: LogReader, until: asyncio.Event) -> Sequence[StoredEvent]:
    """Reads as a relay does, by the last position seen."""
    seen: list[StoredEvent] = []
    while True:
        is_last = until.is_set()
        page = await reader.all(seen[-1].position if seen else 0, limit=50)
        seen += page
        if is_last and not page:
            return seen


def _assert_dense(events: Sequence[StoredEvent]) -> None:
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    for attribute in ("partition", "stream"):
        for owner in {getattr(event, attribute) for event in events}:
            own = [event for event in events if getattr(event, attribute) == owner]
            numbers = [event.sequence if attribute == "partition" else event.version for event in own]
            assert numbers == list(range(1, len(own) + 1))
    assert all(earlier.recorded_at <= later.recorded_at for earlier, later in pairwise(events))


async def test_a_reader_by_position_misses_nothing_beside_slow_rolled_back_and_killed_writers(
    log_database: Database, reader: LogReader
) -> None:
    url = log_database.url("command")
    admin = await asyncpg.connect(log_database.admin_url)
    appenders = [Appender(url, deadline_s=20) for _ in range(3)]
    for each in appenders:
        await each.start()
    finished, released = asyncio.Event(), asyncio.Event()
    following = asyncio.create_task(_follow(reader, finished))
    slow = [append("slow-kept"), append("slow-undone")]
    slowly = [
        asyncio.create_task(_append_slowly(url, asked, held=released, is_kept=asked.stream == "slow-kept"))
        for asked in slow
    ]
    asyncio.get_running_loop().call_later(0.5, released.set)
    crowd = [append(f"thing-{n % 150}", n // 150) for n in range(450)]
    rounds = [crowd[0:150], crowd[150:300], crowd[300:450]]
    killing = asyncio.create_task(_kill_writers(admin, 12))
    results: list[Appended] = []
    for one_round in rounds:
        results += await asyncio.gather(*(appenders[n % 3].append(one) for n, one in enumerate(one_round)))
    await asyncio.gather(*slowly, killing)
    finished.set()
    seen = await following
    for each in appenders:
        await each.stop()
    await admin.close()
    _assert_dense(seen)
    assert {event.stream for event in seen} == {"slow-kept"} | {one.stream for one in crowd}
    assert sorted(result.position for result in results) == sorted(
        event.position for event in seen if event.stream != "slow-kept"
    )


async def test_two_processes_with_one_expected_version_cannot_both_store(
    log_database: Database, reader: LogReader
) -> None:
    url = log_database.url("command")
    connections = [await asyncpg.connect(url) for _ in range(4)]
    for version in range(40):
        rivals = [arguments([append("thing", version)], 16) for _ in connections]
        answers = await asyncio.gather(
            *(one.fetch(APPEND_GROUP, *rival) for one, rival in zip(connections, rivals, strict=True))
        )
        outcomes = sorted(answer[0]["outcome"] for answer in answers)
        assert outcomes == ["stored", "version", "version", "version"]
    for connection in connections:
        await connection.close()
    _assert_dense(await reader.all(0))


async def test_a_writer_that_stands_still_under_the_sequencer_is_ended(
    log_database: Database, appender: Appender, reader: LogReader
) -> None:
    still = await AppendSession.open(log_database.url("command"), statement_timeout_s=0.2, lost=None)
    await still._connection.execute("BEGIN")
    await still.store([append("still")])
    assert (await appender.append(append("lively"))).position == 1
    assert [event.stream for event in await reader.all(0)] == ["lively"]
    still.abort()
