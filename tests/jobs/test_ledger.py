import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from jobs import ledger as ledger_module
from jobs.backoff import pause_s
from jobs.job import Retry
from jobs.ledger import BY_KEY, Ledger
from jobs.upkeep import Due, Upkeep
from kit.database import open_pool
from tests.jobs.conftest import LedgerView
from tests.racing import statements_held
from tests.servers import Database

JOB = "welcome_mail"
MAX_ATTEMPTS = Retry().most
ROOM = {"mail": 200, "quick": 200}
ENTER = "INSERT INTO job_ledger (event_id, job, position, resend_at) VALUES ($1, 'welcome_mail', 7, clock_timestamp())"


@pytest.fixture
async def pool(log_database: Database) -> "AsyncIterator[asyncpg.Pool[Any]]":
    async with await open_pool(log_database.url("jobs"), size=10, application_name="test ledger") as opened:
        yield opened


@pytest.fixture
def ledger(pool: "asyncpg.Pool[Any]") -> Ledger:
    return Ledger(pool)


@pytest.fixture
def upkeep(pool: "asyncpg.Pool[Any]") -> Upkeep:
    return Upkeep(pool)


@pytest.fixture
async def event_id(pool: "asyncpg.Pool[Any]") -> UUID:
    event = uuid4()
    await pool.execute(ENTER, event)
    return event


async def test_of_many_workers_one_gets_the_lease(pool: "asyncpg.Pool[Any]", event_id: UUID) -> None:
    claims = await asyncio.gather(*(Ledger(pool).claim(event_id, JOB, 60) for _ in range(10)))
    [claimed] = [claim for claim in claims if claim]
    assert (claimed.position, claimed.attempts) == (7, 1)


async def test_what_is_done_is_not_claimed_again(ledger: Ledger, upkeep: Upkeep, event_id: UUID) -> None:
    claimed = await ledger.claim(event_id, JOB, 60)
    assert claimed is not None
    assert await ledger.finish(claimed)
    assert await ledger.claim(event_id, JOB, 60) is None
    assert await upkeep.sweep(ROOM) == []


async def test_a_lease_that_ended_goes_to_another_and_its_first_holder_records_nothing(
    ledger: Ledger, event_id: UUID
) -> None:
    late = await ledger.claim(event_id, JOB, 0)
    assert late is not None
    heir = await ledger.claim(event_id, JOB, 60)
    assert heir is not None
    assert not await ledger.finish(late)
    assert await ledger.postpone(late, "too late", pause_s(late.attempts, Retry())) is None
    assert await ledger.finish(heir)


async def test_a_failed_job_waits_before_it_is_claimed_again(
    ledger: Ledger, upkeep: Upkeep, event_id: UUID, ledger_view: LedgerView
) -> None:
    claimed = await ledger.claim(event_id, JOB, 60)
    assert claimed is not None
    assert await ledger.postpone(claimed, "a reason", pause_s(claimed.attempts, Retry())) == "waiting"
    assert await ledger.claim(event_id, JOB, 60) is None
    assert await upkeep.sweep(ROOM) == []
    [row] = await ledger_view.rows()
    assert row["last_error"] == "a reason"
    assert (row["resend_at"] - row["created_at"]).total_seconds() > 4


async def test_a_job_fails_for_good_after_its_last_attempt(
    ledger: Ledger, upkeep: Upkeep, event_id: UUID, ledger_view: LedgerView
) -> None:
    await ledger_view.execute("UPDATE job_ledger SET attempts = $1", MAX_ATTEMPTS - 1)
    claimed = await ledger.claim(event_id, JOB, 60)
    assert claimed is not None
    assert await ledger.postpone(claimed, "a reason", pause_s(claimed.attempts, Retry())) == "failed"
    assert await upkeep.sweep(ROOM) == []
    assert [each[:4] for each in await upkeep.still_open()] == [("quick", JOB, "failed", 1)]


async def test_a_job_that_kills_its_workers_fails_for_good(
    ledger: Ledger, upkeep: Upkeep, event_id: UUID, ledger_view: LedgerView
) -> None:
    for _ in range(MAX_ATTEMPTS):
        assert await ledger.claim(event_id, JOB, 0) is not None
    assert await ledger.claim(event_id, JOB, 0) is None
    assert await upkeep.sweep(ROOM) == []
    [row] = await ledger_view.rows()
    assert (row["state"], row["last_error"]) == ("failed", "the worker died with it in hand")


async def test_what_was_sent_is_sent_again_later_and_later(
    upkeep: Upkeep, event_id: UUID, ledger_view: LedgerView
) -> None:
    waits = []
    for _ in range(9):
        assert await upkeep.sweep(ROOM) == [Due(event_id, JOB)]
        assert await upkeep.sweep(ROOM) == []
        [row] = await ledger_view.rows()
        waits.append(round((row["resend_at"] - row["created_at"]).total_seconds()))
        await ledger_view.execute("UPDATE job_ledger SET resend_at = now(), created_at = now()")
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600]


async def test_two_sweepers_share_the_work(upkeep: Upkeep, pool: "asyncpg.Pool[Any]", log_database: Database) -> None:
    for _ in range(300):
        await pool.execute(ENTER, uuid4())
    async with statements_held(log_database, "UPDATE", "job_ledger", contenders=3):
        sweeping = asyncio.gather(upkeep.sweep(ROOM), upkeep.sweep(ROOM), upkeep.sweep(ROOM))
    dues = [due for part in await sweeping for due in part]
    assert len(set(dues)) == len(dues) == 300


async def test_what_was_done_90_days_ago_is_forgotten(
    upkeep: Upkeep, event_id: UUID, pool: "asyncpg.Pool[Any]", ledger_view: LedgerView
) -> None:
    for _ in range(2):
        await pool.execute(ENTER, uuid4())
    await ledger_view.execute("UPDATE job_ledger SET state = 'done', done_at = now() - interval '91 days'")
    await ledger_view.execute("UPDATE job_ledger SET done_at = now() WHERE event_id = $1", event_id)
    await pool.execute(ENTER, uuid4())
    assert await upkeep.purge() == 2
    assert len(await ledger_view.rows()) == 2


def test_pauses_grow_to_six_hours_and_span_a_weekend() -> None:
    pauses = [pause_s(attempts, Retry()) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert 5 <= pauses[0] <= 6.25
    assert all(6 * 3600 <= pause <= 7.5 * 3600 for pause in pauses[13:])
    assert sum(pauses) > 2 * 24 * 3600


async def test_the_jobs_role_sees_links_and_no_password(pool: "asyncpg.Pool[Any]", ledger_view: LedgerView) -> None:
    for kind in ("password", "confirmation", "address", "reset"):
        await ledger_view.execute("INSERT INTO secrets (stream, kind, value) VALUES ('account-1', $1, 'v')", kind)
    kinds = {row["kind"] for row in await pool.fetch("SELECT kind FROM secrets")}
    assert kinds == {"confirmation", "address", "reset"}


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM events", "UPDATE secrets SET value = ''", "SELECT * FROM sign_in_sessions", "DELETE FROM claims"],
)
async def test_the_jobs_role_cannot_touch_the_rest(pool: "asyncpg.Pool[Any]", statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)


async def test_a_job_done_in_shares_goes_on_at_once_and_counts_what_it_did(
    ledger: Ledger, upkeep: Upkeep, event_id: UUID, ledger_view: LedgerView
) -> None:
    for steps in (3, 4):
        claimed = await ledger.claim(event_id, JOB, 60)
        assert claimed is not None
        assert claimed.attempts == 1
        assert await ledger.go_on(claimed, steps)
        assert not await ledger.go_on(claimed, steps)
        assert await upkeep.sweep(ROOM) == [Due(event_id, JOB)]
    claimed = await ledger.claim(event_id, JOB, 60)
    assert claimed is not None
    assert await ledger.finish(claimed, 5)
    [row] = await ledger_view.rows()
    assert (row["state"], row["steps"]) == ("done", 12)


_BURST = """
    INSERT INTO job_ledger (event_id, job, position, resend_at)
    SELECT gen_random_uuid(), 'welcome_mail', number, clock_timestamp() FROM generate_series(1, 3000) AS number
"""


async def test_in_a_burst_a_claim_looks_at_what_it_asks_for_alone(log_database: Database) -> None:
    """The planner has not counted the rows yet."""
    async with await open_pool(
        log_database.url("jobs"), size=1, application_name="test ledger", session=BY_KEY
    ) as pool:
        await pool.execute(_BURST)
        keys = [row["event_id"] for row in await pool.fetch("SELECT event_id FROM job_ledger LIMIT 32")]
        many = len(keys)
        asked = keys, [JOB] * many, [UUID(int=0)] * many, [uuid4() for _ in keys], [60.0] * many
        for statement in (ledger_module._CLAIM, ledger_module._FINISH):
            plan = "\n".join(row[0] for row in await pool.fetch(f"EXPLAIN {statement}", *asked))
            assert "Index Scan using job_ledger_pkey" in plan
            assert "Seq Scan" not in plan
