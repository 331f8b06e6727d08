"""Limits of a job: whom it is about, until when it is wanted, how many at once, and when there is no use in trying."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from jobs.attempts import Attempts
from jobs.causes import Causes
from jobs.entries import Entry, enter
from jobs.gate import Gate
from jobs.job import Away, Dropped, GivenUp, Job, NotNow, Retry, Share, Tick
from jobs.ledger import Ledger
from jobs.metrics import JobMetrics
from jobs.ticks import tick_of
from jobs.tools import Tools
from jobs.upkeep import Due, Upkeep
from kit import clock
from kit.database import open_pool
from tests.servers import Database

_ROWS = "SELECT * FROM job_ledger ORDER BY subject"
_NAMES = [each.name for each in dataclasses.fields(Tools) if each.name != "progress"]
_TOOLS = Tools(**dict.fromkeys(_NAMES))  # type: ignore[arg-type] # none is used


@pytest.fixture
async def pool(log_database: Database) -> "AsyncIterator[asyncpg.Pool[Any]]":
    async with await open_pool(log_database.url("jobs"), size=8, application_name="test kinds") as opened:
        yield opened


class Bench:
    """Attempts at jobs that a tick has caused, on the real ledger."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool, self.ledger, self.upkeep = pool, Ledger(pool), Upkeep(pool)

    async def entered(self, job: Job, **more: Any) -> Due:
        tick = tick_of(job.name, clock.now())
        await enter(self.pool, [Entry(job, tick.id, tick_at=tick.time, **more)], first_resend_s=0)
        return Due(tick.id, job.name, queue=job.queue)

    def attempts(self, job: Job) -> Attempts:
        causes: Causes = Causes(None, None, None)  # type: ignore[arg-type] # of events, and there are none
        return Attempts((job,), self.ledger, causes, _TOOLS, metrics=JobMetrics(CollectorRegistry()))

    async def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.pool.fetch(_ROWS)]

    async def sweep(self) -> list[Due]:
        return await self.upkeep.sweep({"quick": 100, "mail": 100})


@pytest.fixture
def bench(pool: "asyncpg.Pool[Any]") -> Bench:
    return Bench(pool)


async def test_each_whom_it_is_about_is_a_job_of_its_own_once(bench: Bench) -> None:
    ann, ben, cid = sorted(uuid4() for _ in range(3))
    done: list[UUID] = []

    async def each(cause: Tick, _tools: Tools) -> Iterable[UUID]:
        assert cause.job == "notices"
        return [ann, ben, cid, ann]

    async def perform(_cause: Tick, _tools: Tools, subject: UUID) -> None:
        if subject == ben and ben not in done:
            done.append(ben)
            raise ValueError
        done.append(subject)

    job = Job("notices", (), perform, each=each, retry=Retry(first_s=0.0), queue="mail")
    due = await bench.entered(job)
    attempts = bench.attempts(job)
    await attempts.attempt(due)
    await bench.pool.execute("UPDATE job_ledger SET state = 'waiting', attempts = 0 WHERE steps IS NOT NULL")
    await attempts.attempt(due)  # as after a crash between the spreading and the record of it
    for _ in range(2):
        for found in await bench.sweep():
            await attempts.attempt(found)
    rows = await bench.rows()
    assert [(row["subject"], row["state"], row["attempts"]) for row in rows[1:]] == [
        (ann, "done", 1),
        (ben, "done", 2),
        (cid, "done", 1),
    ]
    assert sorted(done) == sorted([ann, ben, ben, cid])
    assert {row["queue"] for row in rows} == {"mail"}


async def test_what_was_not_begun_in_time_is_never_done(bench: Bench) -> None:
    begun: list[int] = []

    async def perform(_cause: Tick, _tools: Tools) -> Share:
        begun.append(1)
        return Share(1, is_last=False)

    job = Job("late", (), perform, expires_s=60)
    attempts = bench.attempts(job)
    due = await bench.entered(job)
    await attempts.attempt(due)
    await bench.pool.execute("UPDATE job_ledger SET expires_at = now() - interval '1 s'")
    await attempts.attempt(due)  # what has begun goes on
    assert len(begun) == 2
    await bench.pool.execute("UPDATE job_ledger SET begun_at = NULL, state = 'waiting', resend_at = now()")
    await attempts.attempt(due)
    assert len(begun) == 2
    assert await bench.sweep() == []
    [row] = await bench.rows()
    assert (row["state"], row["done_at"] is None) == ("expired", False)


async def test_of_a_limited_job_so_many_run_at_once_and_all_are_done(bench: Bench) -> None:
    running, most, done = 0, 0, 0

    async def perform(_cause: Tick, _tools: Tools) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        done += 1

    job = Job("film", (), perform, at_once=2)
    attempts = bench.attempts(job)
    dues = [await bench.entered(job) for _ in range(8)]
    await asyncio.gather(*map(attempts.attempt, dues))
    assert (most, done) == (2, 8)


async def test_what_can_never_be_done_is_parked_with_its_reason(bench: Bench) -> None:
    async def perform(_cause: Tick, _tools: Tools) -> None:
        raise GivenUp("there is no such mailbox")

    job = Job("hopeless", (), perform)
    attempts = bench.attempts(job)
    await attempts.attempt(await bench.entered(job))
    [row] = await bench.rows()
    assert (row["state"], row["last_error"], row["attempts"]) == ("failed", "GivenUp: there is no such mailbox", 1)
    assert row["failed_at"] is not None
    assert await bench.sweep() == []


async def test_what_nobody_would_get_is_given_up_with_its_reason_and_is_no_alarm(bench: Bench) -> None:
    async def perform(_cause: Tick, _tools: Tools) -> None:
        raise Dropped("the address is paused")

    job = Job("unwanted", (), perform)
    await bench.attempts(job).attempt(await bench.entered(job))
    [row] = await bench.rows()
    assert (row["state"], row["last_error"], row["failed_at"]) == ("cancelled", "Dropped: the address is paused", None)
    assert row["done_at"] is not None
    assert await bench.sweep() == []
    assert await bench.upkeep.still_open() == []


async def test_who_asks_to_wait_is_waited_for(bench: Bench) -> None:
    async def perform(_cause: Tick, _tools: Tools) -> None:
        raise NotNow(1000, "429")

    job = Job("limited", (), perform)
    await bench.attempts(job).attempt(await bench.entered(job))
    [row] = await bench.rows()
    assert (row["state"], row["attempts"]) == ("waiting", 1)
    assert 990 < (row["due_at"] - clock.now()).total_seconds() <= 1000


async def test_a_job_tells_how_far_it_is_and_stops_when_it_is_cancelled(bench: Bench) -> None:
    is_told, may_go_on = asyncio.Event(), asyncio.Event()

    async def perform(_cause: Tick, tools: Tools) -> None:
        await tools.progress(3, 10)
        is_told.set()
        await may_go_on.wait()
        await asyncio.sleep(1.1)  # the ledger is told once a second
        await tools.progress(4, 10)
        pytest.fail("it went on")

    job = Job("long", (), perform)
    attempting = asyncio.create_task(bench.attempts(job).attempt(await bench.entered(job)))
    await is_told.wait()
    [row] = await bench.rows()
    assert (row["progress_done"], row["progress_total"]) == (3, 10)
    await bench.pool.execute("UPDATE job_ledger SET state = 'cancelled', lease = NULL, leased_until = NULL")
    may_go_on.set()
    await attempting
    [row] = await bench.rows()
    assert row["state"] == "cancelled"


async def test_while_the_other_side_is_away_one_at_a_time_looks_for_it() -> None:
    gate, looks, is_there = Gate(), 0, False

    async def go() -> None:
        nonlocal looks
        await gate.go_through()
        looks += 1
        if not is_there:
            gate.close()

    gate.close()
    going = [asyncio.create_task(go()) for _ in range(20)]
    await asyncio.sleep(1.2)  # after 0.5 s one looks, and a second later another
    assert looks in {1, 2}
    is_there = True
    gate.open()
    await asyncio.wait_for(asyncio.gather(*going), 30)


async def test_a_queue_whose_other_side_is_away_wastes_no_attempts(bench: Bench) -> None:
    is_away = True

    async def perform(_cause: Tick, _tools: Tools) -> None:
        if is_away:
            raise Away("ConnectionRefusedError")

    job = Job("mails", (), perform, queue="mail", retry=Retry(first_s=0.0))
    attempts = bench.attempts(job)
    dues = [await bench.entered(job) for _ in range(30)]
    await attempts.attempt(dues[0])
    waiting = [asyncio.create_task(attempts.attempt(due)) for due in dues]
    await asyncio.sleep(0.2)
    is_away = False
    await asyncio.gather(*waiting)
    rows = await bench.rows()
    assert {row["state"] for row in rows} == {"done"}
    assert sum(row["attempts"] for row in rows) == 31
