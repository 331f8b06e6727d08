from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import asyncpg
import pytest

from engine.following.contract import CheckpointMoved, ForeignHistory, StoreUnavailable
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from jobs import publish_due_post, welcome_mail
from jobs.broker import JobBroker
from jobs.job import Job
from jobs.reactor import Reactor
from kit.database import open_pool
from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView
from tests.jobs.due_posts import Desk
from tests.servers import Database

Batches = Mapping[int, Sequence[StoredEvent]]


@pytest.fixture
async def pool(log_database: Database) -> "AsyncIterator[asyncpg.Pool[Any]]":
    async with await open_pool(log_database.url("jobs"), size=4, application_name="test reactor") as opened:
        yield opened


@pytest.fixture
def reader(pool: "asyncpg.Pool[Any]") -> LogReader:
    return LogReader(pool)


def reactor_of(pool: "asyncpg.Pool[Any]", *jobs: Job) -> Reactor:
    """Its broker is down: what the reactor promises, it promises by the ledger."""
    return Reactor(pool, JobBroker("redis://127.0.0.1:1/0", jobs), jobs)


async def whole_log(reader: LogReader) -> dict[int, list[StoredEvent]]:
    batches: dict[int, list[StoredEvent]] = {}
    for event in await reader.all(0):
        batches.setdefault(event.partition, []).append(event)
    return batches


async def test_an_event_makes_one_row_however_often_it_comes(
    accounts: Accounts, pool: "asyncpg.Pool[Any]", reader: LogReader, ledger_view: LedgerView
) -> None:
    await accounts.register()
    reactor = reactor_of(pool, welcome_mail.JOB)
    await reactor.load(await reader.head())
    await reactor.apply(await whole_log(reader))
    await ledger_view.execute("UPDATE job_checkpoints SET sequence = 0")  # a checkpoint restored from a backup
    await reactor.apply(await whole_log(reader))
    [row] = await ledger_view.rows()
    assert (row["job"], row["state"]) == ("welcome_mail", "waiting")


async def test_rows_and_checkpoints_are_stored_together_or_not_at_all(
    accounts: Accounts, pool: "asyncpg.Pool[Any]", reader: LogReader, ledger_view: LedgerView
) -> None:
    await accounts.register()
    reactor = reactor_of(pool, welcome_mail.JOB)
    await reactor.load(await reader.head())
    await ledger_view.execute("ALTER TABLE job_ledger ADD CONSTRAINT full_disk CHECK (false)")
    with pytest.raises(asyncpg.CheckViolationError):
        await reactor.apply(await whole_log(reader))
    assert set((await reactor.load(await reader.head())).values()) == {0}


async def test_a_second_owner_of_a_partition_is_refused(
    accounts: Accounts, pool: "asyncpg.Pool[Any]", reader: LogReader, ledger_view: LedgerView
) -> None:
    await accounts.register()
    first, second = reactor_of(pool, welcome_mail.JOB), reactor_of(pool, welcome_mail.JOB)
    await first.load(await reader.head())
    await second.load(await reader.head())
    await first.apply(await whole_log(reader))
    before = await ledger_view.rows()
    await ledger_view.execute("DELETE FROM job_ledger")  # so that only the checkpoint can stop the second
    with pytest.raises(CheckpointMoved):
        await second.apply(await whole_log(reader))
    assert (len(before), await ledger_view.rows()) == (1, [])


async def test_a_new_job_starts_at_the_head_of_the_log(
    accounts: Accounts, pool: "asyncpg.Pool[Any]", reader: LogReader, ledger_view: LedgerView
) -> None:
    await accounts.register()
    invented = Job("invented_later", welcome_mail.JOB.causes, welcome_mail.perform)
    reactor = reactor_of(pool, welcome_mail.JOB, invented)
    await reactor.load(await reader.head())
    await accounts.register()
    await reactor.apply(await whole_log(reader))
    jobs = [row["job"] for row in await ledger_view.rows()]
    assert jobs == ["welcome_mail", "invented_later", "welcome_mail"]


@pytest.mark.parametrize("change", ["UPDATE job_checkpoints SET sequence = 5", "UPDATE job_checkpoints SET epoch = 2"])
async def test_checkpoints_of_another_history_are_never_followed(
    pool: "asyncpg.Pool[Any]", reader: LogReader, ledger_view: LedgerView, change: str
) -> None:
    await ledger_view.execute(change)
    with pytest.raises(ForeignHistory):
        await reactor_of(pool, welcome_mail.JOB).load(await reader.head())


async def test_a_new_epoch_takes_the_ledger_and_the_relay_along(
    accounts: Accounts, pool: "asyncpg.Pool[Any]", reader: LogReader, ledger_view: LedgerView
) -> None:
    await accounts.register()
    await ledger_view.execute("SELECT new_epoch()")
    reactor = reactor_of(pool, welcome_mail.JOB)
    await reactor.load(await reader.head())
    await reactor.apply(await whole_log(reader))
    assert len(await ledger_view.rows()) == 1


async def test_a_database_that_is_away_is_told_apart(reader: LogReader) -> None:
    async with await open_pool("postgresql://x@127.0.0.1:1/x", size=1, application_name="away") as away:
        reactor = reactor_of(away, welcome_mail.JOB)
        with pytest.raises(StoreUnavailable):
            await reactor.load(await reader.head())


async def test_a_job_with_a_time_waits_for_it_and_wakes_the_clock(
    desk: Desk, pool: "asyncpg.Pool[Any]", reader: LogReader, ledger_view: LedgerView
) -> None:
    _, post = await desk.draft()
    later = await desk.schedule(post, in_s=3600)
    woken: list[bool] = []
    jobs = (publish_due_post.JOB,)
    reactor = Reactor(pool, JobBroker("redis://127.0.0.1:1/0", jobs), jobs, lambda: woken.append(True))
    await reactor.load(await reader.head())
    await reactor.apply(await whole_log(reader))
    [row] = await ledger_view.rows()
    assert (row["due_at"], woken) == (later, [True])
    assert row["resend_at"] > later
