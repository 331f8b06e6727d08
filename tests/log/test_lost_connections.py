"""Connections lost at the worst moment: nothing acknowledged is lost, nothing is stored twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from engine.log.appender import Appender
from engine.log.reader import LogReader
from engine.log.records import LogUnavailable, OutcomeUnknown
from tests.log.appends import append
from tests.log.cutting_proxy import CuttingProxy
from tests.servers import Database


@pytest.fixture
async def proxy(log_database: Database) -> AsyncIterator[CuttingProxy]:
    proxy = CuttingProxy(log_database.url("command"))
    yield proxy
    await proxy.stop()


@pytest.fixture
async def through_proxy(proxy: CuttingProxy) -> AsyncIterator[Appender]:
    appender = Appender(await proxy.start(), deadline_s=3)
    await appender.start()
    yield appender
    await appender.stop()


async def test_a_group_cut_off_after_its_commit_is_recognised_when_sent_again(
    through_proxy: Appender, proxy: CuttingProxy, reader: LogReader
) -> None:
    await through_proxy.append(append())
    proxy.cut_answers = 1
    asked = append(events=2)
    appended = await through_proxy.append(asked)
    assert proxy.cuts == 1
    assert (appended.version, appended.position) == (2, 3)
    assert [event.id for event in await reader.stream(asked.stream)] == [event.id for event in asked.events]


async def test_a_crowd_survives_connections_that_are_cut_again_and_again(
    through_proxy: Appender, proxy: CuttingProxy, reader: LogReader
) -> None:
    await through_proxy.append(append("first"))
    proxy.cut_answers = 3
    crowd = [append() for _ in range(60)]
    results = await asyncio.gather(*(through_proxy.append(one) for one in crowd))
    stored = await reader.all(0)
    assert [event.position for event in stored] == list(range(1, 62))
    by_stream = {event.stream: event.position for event in stored}
    assert [by_stream[one.stream] for one in crowd] == [result.position for result in results]


async def test_who_cannot_be_told_learns_that_the_outcome_is_unknown(
    through_proxy: Appender, proxy: CuttingProxy, reader: LogReader
) -> None:
    await through_proxy.append(append())
    proxy.cut_answers, proxy.is_open = 1, False
    asked = append()
    with pytest.raises(OutcomeUnknown):
        await through_proxy.append(asked)
    assert len(await reader.stream(asked.stream)) == 1


async def test_what_was_never_sent_is_known_not_to_be_stored(through_proxy: Appender, proxy: CuttingProxy) -> None:
    proxy.is_open = False
    with pytest.raises(LogUnavailable):
        await through_proxy.append(append())


async def test_appending_goes_on_by_itself_once_the_log_is_back(
    through_proxy: Appender, proxy: CuttingProxy, reader: LogReader
) -> None:
    await through_proxy.append(append())
    proxy.is_open = False
    proxy.cut_all()
    waiting = asyncio.create_task(through_proxy.append(append()))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(waiting), 0.3)
    proxy.is_open = True
    assert (await waiting).version == 1
    assert len(await reader.all(0)) == 2


async def test_a_lost_connections_backend_is_ended_before_its_group_is_decided_again(
    through_proxy: Appender, proxy: CuttingProxy, reader: LogReader, owner: "asyncpg.Connection[Any]"
) -> None:
    await through_proxy.append(append())
    await owner.execute("SELECT pg_advisory_lock(7203114985)")  # the sequencer: appends wait in their backends
    asked = append()
    waiting = asyncio.create_task(through_proxy.append(asked))
    (first,) = await _backends_that_wait(owner)
    proxy.cut_all()
    while (second := await _backends_that_wait(owner)) == [first]:
        pass
    assert len(second) == 1
    await owner.execute("SELECT pg_advisory_unlock(7203114985)")
    assert (await waiting).position == 2
    assert len(await reader.stream(asked.stream)) == 1


async def _backends_that_wait(owner: "asyncpg.Connection[Any]") -> list[int]:
    async with asyncio.timeout(5):
        while True:
            rows = await owner.fetch(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if rows:
                return [row["pid"] for row in rows]
