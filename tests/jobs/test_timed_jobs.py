"""Jobs that have a time: who takes them, when, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from math import inf
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from jobs.job import Retry
from jobs.ledger import Ledger
from jobs.upkeep import Upkeep
from kit.database import open_pool
from tests.jobs.conftest import LedgerView
from tests.racing import statements_held
from tests.servers import Database

JOB = "publish_due_post"
_ENTER = """
    INSERT INTO job_ledger (event_id, job, position, due_at, resend_at)
    SELECT $1, $2, 7, due_at, due_at + interval '10 s' FROM (SELECT now() + make_interval(secs => $3) AS due_at) AS made
"""
_TIME_PASSES = "UPDATE job_ledger SET due_at = now(), leased_until = now() WHERE state IN ('waiting', 'running')"
_LEASE = "SELECT extract(epoch FROM leased_until - clock_timestamp())::float8 FROM job_ledger"


@pytest.fixture
async def pool(log_database: Database) -> "AsyncIterator[asyncpg.Pool[Any]]":
    async with await open_pool(log_database.url("jobs"), size=5, application_name="test timed jobs") as opened:
        yield opened


@pytest.fixture
def ledger(pool: "asyncpg.Pool[Any]") -> Ledger:
    return Ledger(pool)


async def entered(pool: "asyncpg.Pool[Any]", in_s: float, job: str = JOB) -> UUID:
    event = uuid4()
    await pool.execute(_ENTER, event, job, in_s)
    return event


async def test_what_comes_next_is_known_and_what_is_due_is_taken(ledger: Ledger, pool: "asyncpg.Pool[Any]") -> None:
    assert await ledger.next_time([JOB]) == inf
    await entered(pool, -60, "welcome_mail")
    later, due = await entered(pool, 3600), await entered(pool, -1)
    assert -60 < await ledger.next_time([JOB]) <= -1
    assert [claimed.event_id for claimed in await ledger.claim_timed([JOB], 10)] == [due]
    assert await ledger.claim_timed([JOB], 10) == []
    await pool.execute("DELETE FROM job_ledger WHERE event_id = $1", due)
    assert 3500 < await ledger.next_time([JOB]) < 3600
    assert await ledger.claim(later, JOB, 60) is None


async def test_what_is_due_goes_to_one_of_many(
    ledger: Ledger, pool: "asyncpg.Pool[Any]", log_database: Database
) -> None:
    events = {await entered(pool, -1) for _ in range(30)}
    async with statements_held(log_database, "UPDATE", "job_ledger", contenders=3):
        claiming = asyncio.gather(*(ledger.claim_timed([JOB], 20) for _ in range(3)))
    taken = [claimed.event_id for part in await claiming for claimed in part]
    assert len(taken) == len(set(taken))
    assert set(taken) <= events


async def test_a_worker_that_dies_keeps_it_from_others_for_a_moment_and_longer_at_each_attempt(
    ledger: Ledger, pool: "asyncpg.Pool[Any]"
) -> None:
    await entered(pool, -1)
    leases_s = []
    for _ in range(9):
        [_claimed] = await ledger.claim_timed([JOB], 10)
        leases_s.append(await pool.fetchval(_LEASE))
        await pool.execute(_TIME_PASSES)
    for lease_s, most_s in zip(leases_s, (0.5, 1, 2, 4, 8, 16, 32, 60, 60), strict=True):
        assert most_s - 0.4 < lease_s <= most_s


async def test_what_kills_its_workers_is_left_alone_after_the_last_attempt(
    ledger: Ledger, pool: "asyncpg.Pool[Any]", ledger_view: LedgerView
) -> None:
    await entered(pool, -1)
    for _ in range(Retry().most):
        [_claimed] = await ledger.claim_timed([JOB], 10)
        await ledger_view.execute(_TIME_PASSES)
    assert await ledger.claim_timed([JOB], 10) == []
    assert await ledger.next_time([JOB]) == inf
    await ledger_view.execute("UPDATE job_ledger SET resend_at = now()")
    upkeep = Upkeep(pool)
    assert await upkeep.sweep({"quick": 10}) == []
    assert [each[:4] for each in await upkeep.still_open()] == [("quick", JOB, "failed", 1)]


async def test_what_was_taken_too_early_waits_for_its_time_as_if_it_were_new(
    ledger: Ledger, pool: "asyncpg.Pool[Any]", ledger_view: LedgerView
) -> None:
    await entered(pool, -1)
    [late] = await ledger.claim_timed([JOB], 10)
    await ledger_view.execute(_TIME_PASSES)
    [early] = await ledger.claim_timed([JOB], 10)
    assert not await ledger.put_back(late, 50)
    assert await ledger.put_back(early, 50)
    assert 40 < await ledger.next_time([JOB]) <= 50
    [row] = await ledger_view.rows()
    assert (row["state"], row["attempts"], row["lease"]) == ("waiting", 0, None)
