"""The ledger's rows as workers change them: taken, and what came of it. Every change is one statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from math import inf
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from jobs.entries import NOBODY, Entry, enter
from jobs.grouped import Grouped
from jobs.job import Job

_SPREAD_AT_ONCE = 1000

BY_KEY = {"random_page_cost": "1.1"}
"""For sessions: rows are found by their keys, also while the planner does not know yet that a burst has come."""

# A lease is taken by compare-and-set: of two workers with the same message, one finds no row. A CASE for the state fits
# no partial index: the planner would walk through all that is open, taking it for little.
_CLAIM = """
    UPDATE job_ledger AS row
       SET state = 'running', attempts = row.attempts + 1, lease = asked.lease,
           begun_at = coalesce(row.begun_at, clock_timestamp()),
           leased_until = clock_timestamp() + make_interval(secs => asked.lease_s),
           resend_at = clock_timestamp() + make_interval(secs => asked.lease_s)
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::float8[])
           AS asked(event_id, job, subject, lease, lease_s)
     WHERE row.event_id = asked.event_id AND row.job = asked.job AND row.subject = asked.subject
       AND row.attempts < row.most_attempts
       AND CASE row.state WHEN 'waiting' THEN row.due_at <= clock_timestamp()
                          WHEN 'running' THEN row.leased_until <= clock_timestamp() END
       AND (row.begun_at IS NOT NULL OR row.expires_at IS NULL OR row.expires_at > clock_timestamp())
    RETURNING row.event_id, row.job, row.subject, row.lease, row.position, row.tick_at, row.attempts
"""
# Processes share what is due by skipping what another has just taken. The lease is short at first, so that a worker
# that dies at that moment is no delay; longer at each attempt, so that a slow database is not asked again and again.
_CLAIM_TIMED = """
    UPDATE job_ledger AS row
       SET state = 'running', attempts = row.attempts + 1, lease = gen_random_uuid(),
           leased_until = until, resend_at = until, begun_at = coalesce(row.begun_at, clock_timestamp())
      FROM (SELECT event_id, job, subject,
                   clock_timestamp() + make_interval(secs => least(60, 0.5 * 2 ^ attempts)) AS until
              FROM job_ledger
             WHERE job = ANY ($1::text[]) AND state IN ('waiting', 'running') AND attempts < most_attempts
               AND coalesce(leased_until, due_at) <= clock_timestamp()
               AND (begun_at IS NOT NULL OR expires_at IS NULL OR expires_at > clock_timestamp())
             ORDER BY coalesce(leased_until, due_at) LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
     WHERE row.event_id = due.event_id AND row.job = due.job AND row.subject = due.subject
    RETURNING row.event_id, row.job, row.subject, row.lease, row.position, row.tick_at, row.attempts
"""
_NEXT_TIME = """
    SELECT extract(epoch FROM min(first.time) - clock_timestamp())::float8
      FROM unnest($1::text[]) AS each(job) CROSS JOIN LATERAL (
           SELECT coalesce(leased_until, due_at) AS time FROM job_ledger
            WHERE job = each.job AND state IN ('waiting', 'running') AND attempts < most_attempts
              AND (begun_at IS NOT NULL OR expires_at IS NULL OR expires_at > clock_timestamp())
            ORDER BY coalesce(leased_until, due_at) LIMIT 1) AS first
"""
_FINISH = """
    UPDATE job_ledger AS row
       SET state = 'done', done_at = clock_timestamp(), lease = NULL, leased_until = NULL, last_error = NULL,
           steps = CASE WHEN asked.steps > 0 THEN coalesce(row.steps, 0) + asked.steps ELSE row.steps END
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::bigint[])
           AS asked(event_id, job, subject, lease, steps)
     WHERE row.event_id = asked.event_id AND row.job = asked.job AND row.subject = asked.subject
       AND row.lease = asked.lease
    RETURNING asked.lease
"""
# A share was done: nothing has failed, so the attempts begin anew, and the sweeper sends it again at its next turn.
_GO_ON = """
    UPDATE job_ledger
       SET state = 'waiting', attempts = 0, sends = 0, due_at = clock_timestamp(), resend_at = clock_timestamp(),
           lease = NULL, leased_until = NULL, last_error = NULL, steps = coalesce(steps, 0) + $5
     WHERE event_id = $1 AND job = $2 AND subject = $3 AND lease = $4
"""
_PUT_BACK = """
    UPDATE job_ledger
       SET state = 'waiting', attempts = 0, sends = 0, begun_at = NULL,
           due_at = clock_timestamp() + make_interval(secs => $5),
           resend_at = clock_timestamp() + make_interval(secs => $5 + 10), lease = NULL, leased_until = NULL
     WHERE event_id = $1 AND job = $2 AND subject = $3 AND lease = $4
"""
# NULL for the pause: there is no other attempt.
_LEAVE = """
    UPDATE job_ledger AS row
       SET state = CASE WHEN asked.pause_s IS NULL OR row.attempts >= row.most_attempts THEN 'failed'
                        ELSE 'waiting' END,
           failed_at = CASE WHEN asked.pause_s IS NULL OR row.attempts >= row.most_attempts THEN clock_timestamp()
                            ELSE row.failed_at END,
           sends = 0, due_at = clock_timestamp() + make_interval(secs => coalesce(asked.pause_s, 0)),
           resend_at = clock_timestamp() + make_interval(secs => coalesce(asked.pause_s, 0)),
           lease = NULL, leased_until = NULL, last_error = left(asked.reason, 500)
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::float8[], $6::text[])
           AS asked(event_id, job, subject, lease, pause_s, reason)
     WHERE row.event_id = asked.event_id AND row.job = asked.job AND row.subject = asked.subject
       AND row.lease = asked.lease
    RETURNING asked.lease, row.state
"""
_DROP = """
    UPDATE job_ledger
       SET state = 'cancelled', done_at = clock_timestamp(), lease = NULL, leased_until = NULL,
           last_error = left($5, 500)
     WHERE event_id = $1 AND job = $2 AND subject = $3 AND lease = $4
"""
_RENEW = """
    UPDATE job_ledger
       SET leased_until = clock_timestamp() + make_interval(secs => $5),
           resend_at = clock_timestamp() + make_interval(secs => $5)
     WHERE event_id = $1 AND job = $2 AND subject = $3 AND lease = $4
"""
_TELL = """
    UPDATE job_ledger SET progress_done = $5, progress_total = $6
     WHERE event_id = $1 AND job = $2 AND subject = $3 AND lease = $4
"""


class Claimed(NamedTuple):
    """A job in hand: nobody else may do it until the lease ends."""

    event_id: UUID
    job: str
    subject: UUID
    lease: UUID
    position: int | None
    """Of the event that caused it; where there is none, `tick_at` says which tick did."""
    tick_at: datetime | None
    attempts: int


class _Asked(NamedTuple):
    """With a lease's length, a number of steps, or a pause."""

    event_id: UUID
    job: str
    subject: UUID
    lease: UUID
    value: float | None
    reason: str = ""


class Ledger:
    """What many workers ask at once goes to the database together."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._claims = Grouped(self._claim_all)
        self._ends = Grouped(self._finish_all)
        self._faults = Grouped(self._leave_all)

    async def claim(self, event_id: UUID, job: str, lease_s: float, subject: UUID = NOBODY) -> Claimed | None:
        """None: it is done or parked, another worker has it, or its time has not come or is over."""
        return await self._claims.ask(_Asked(event_id, job, subject, uuid4(), lease_s))

    async def claim_timed(self, jobs: list[str], most: int) -> list[Claimed]:
        """What is due of these jobs, the longest due first."""
        return [Claimed(*row) for row in await self._pool.fetch(_CLAIM_TIMED, jobs, most)]

    async def next_time(self, jobs: list[str]) -> float:
        """How many seconds from now something of these jobs is due; negative when it is; infinite: never."""
        found: float | None = await self._pool.fetchval(_NEXT_TIME, jobs)
        return inf if found is None else found

    async def put_back(self, claimed: Claimed, pause_s: float) -> bool:
        """Has it wait for its time, as if it had not been tried. False: as below."""
        return await self._change(_PUT_BACK, claimed, pause_s)

    async def finish(self, claimed: Claimed, steps: int = 0) -> bool:
        """False: the lease had ended, and another worker has it now, or an operator has cancelled it."""
        return await self._ends.ask(_Asked(*claimed[:4], steps))

    async def go_on(self, claimed: Claimed, steps: int) -> bool:
        """Gives the job back after a share of it. False: as above."""
        return await self._change(_GO_ON, claimed, steps)

    async def renew(self, claimed: Claimed, lease_s: float) -> bool:
        """Keeps others from it for longer. False: as above."""
        return await self._change(_RENEW, claimed, lease_s)

    async def tell(self, claimed: Claimed, done: int, total: int | None) -> bool:
        """Says how far it is. False: as above."""
        return await self._change(_TELL, claimed, done, total)

    async def postpone(self, claimed: Claimed, reason: str, pause_s: float) -> str | None:
        """Gives the new state: `waiting` for another attempt, or `failed` for good; None: the lease had ended."""
        return await self._faults.ask(_Asked(*claimed[:4], pause_s, reason))

    async def park(self, claimed: Claimed, reason: str) -> str | None:
        """Fails it for good, at once; None: the lease had ended."""
        return await self._faults.ask(_Asked(*claimed[:4], None, reason))

    async def drop(self, claimed: Claimed, reason: str) -> str | None:
        """Gives it up, as an operator might; None: the lease had ended."""
        return "cancelled" if await self._change(_DROP, claimed, reason) else None

    async def spread(self, claimed: Claimed, job: Job, subjects: Iterable[UUID]) -> int:
        """Makes a job of its own for each subject, once, however often it is asked for; says how many there are."""
        rest, count = iter(subjects), 0
        while page := list(islice(rest, _SPREAD_AT_ONCE)):
            entries = [Entry(job, claimed.event_id, claimed.position, claimed.tick_at, each) for each in page]
            await enter(self._pool, entries, first_resend_s=0)
            count += len(page)
        return count

    async def _claim_all(self, asked: Sequence[_Asked]) -> list[Claimed | None]:
        rows = await self._pool.fetch(_CLAIM, *_columns(asked)[:5])
        found = {row["lease"]: Claimed(*row) for row in rows}
        return [found.get(each.lease) for each in asked]

    async def _finish_all(self, asked: Sequence[_Asked]) -> list[bool]:
        found = {row["lease"] for row in await self._pool.fetch(_FINISH, *_columns(asked)[:5])}
        return [each.lease in found for each in asked]

    async def _leave_all(self, asked: Sequence[_Asked]) -> list[str | None]:
        found = {row["lease"]: row["state"] for row in await self._pool.fetch(_LEAVE, *_columns(asked))}
        return [found.get(each.lease) for each in asked]

    async def _change(self, statement: str, claimed: Claimed, *values: float | str | None) -> bool:
        done: str = await self._pool.execute(statement, *claimed[:4], *values)
        return done == "UPDATE 1"


def _columns(asked: Sequence[_Asked]) -> list[tuple[Any, ...]]:
    """In the order of their keys: who locks several rows locks them in one order."""
    return list(zip(*sorted(asked), strict=True))
