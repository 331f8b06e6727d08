"""The ledger's rows: which job for which event, and how far it has got. Every change is one statement."""

from math import inf
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from jobs.backoff import MAX_ATTEMPTS, pause_s

_SWEEP_AT_ONCE = 200
_PURGE_AT_ONCE = 1000

# A lease is taken by compare-and-set: of two workers with the same message, one finds no row.
_CLAIM = """
    UPDATE job_ledger
       SET state = 'running', attempts = attempts + 1, lease = $3,
           leased_until = clock_timestamp() + make_interval(secs => $4),
           resend_at = clock_timestamp() + make_interval(secs => $4)
     WHERE event_id = $1 AND job = $2 AND attempts < $5
       AND (state = 'waiting' AND due_at <= clock_timestamp()
            OR state = 'running' AND leased_until <= clock_timestamp())
    RETURNING position, attempts
"""
# Processes share what is due by skipping what another has just taken. The lease is short at first, so that a worker
# that dies at that moment is no delay; longer at each attempt, so that a slow database is not asked again and again.
_CLAIM_TIMED = """
    UPDATE job_ledger AS row
       SET state = 'running', attempts = row.attempts + 1, lease = $3, leased_until = until, resend_at = until
      FROM (SELECT event_id, job, clock_timestamp() + make_interval(secs => least(60, 0.5 * 2 ^ attempts)) AS until
              FROM job_ledger
             WHERE job = ANY ($1::text[]) AND state IN ('waiting', 'running') AND attempts < $4
               AND coalesce(leased_until, due_at) <= clock_timestamp()
             ORDER BY coalesce(leased_until, due_at) LIMIT $2 FOR UPDATE SKIP LOCKED) AS due
     WHERE row.event_id = due.event_id AND row.job = due.job
    RETURNING row.event_id, row.job, row.position, row.attempts
"""
_NEXT_TIME = """
    SELECT extract(epoch FROM min(first.time) - clock_timestamp())::float8
      FROM unnest($1::text[]) AS each(job) CROSS JOIN LATERAL (
           SELECT coalesce(leased_until, due_at) AS time FROM job_ledger
            WHERE job = each.job AND state IN ('waiting', 'running') AND attempts < $2
            ORDER BY coalesce(leased_until, due_at) LIMIT 1) AS first
"""
_FINISH = """
    UPDATE job_ledger
       SET state = 'done', done_at = clock_timestamp(), lease = NULL, leased_until = NULL, last_error = NULL,
           steps = CASE WHEN $4 > 0 THEN coalesce(steps, 0) + $4 ELSE steps END
     WHERE event_id = $1 AND job = $2 AND lease = $3
"""
# A share was done: nothing has failed, so the attempts begin anew, and the sweeper sends it again at its next turn.
_GO_ON = """
    UPDATE job_ledger
       SET state = 'waiting', attempts = 0, sends = 0, due_at = clock_timestamp(), resend_at = clock_timestamp(),
           lease = NULL, leased_until = NULL, last_error = NULL, steps = coalesce(steps, 0) + $4
     WHERE event_id = $1 AND job = $2 AND lease = $3
"""
_PUT_BACK = """
    UPDATE job_ledger
       SET state = 'waiting', attempts = 0, sends = 0, due_at = clock_timestamp() + make_interval(secs => $4),
           resend_at = clock_timestamp() + make_interval(secs => $4 + 10), lease = NULL, leased_until = NULL
     WHERE event_id = $1 AND job = $2 AND lease = $3
"""
_POSTPONE = """
    UPDATE job_ledger
       SET state = CASE WHEN attempts >= $6 THEN 'failed' ELSE 'waiting' END, sends = 0,
           due_at = clock_timestamp() + make_interval(secs => $4),
           resend_at = clock_timestamp() + make_interval(secs => $4),
           lease = NULL, leased_until = NULL, last_error = left($5, 500)
     WHERE event_id = $1 AND job = $2 AND lease = $3
    RETURNING state
"""
# A message that was sent and not heard of is sent again: after 10 s, 20 s, 40 s, at most 10 minutes. A worker that
# died in the last attempt leaves a row that nobody may claim any more.
_SWEEP = """
    UPDATE job_ledger AS row
       SET state = CASE WHEN row.attempts >= $2 THEN 'failed' ELSE row.state END,
           last_error = CASE WHEN row.state = 'running' THEN 'the worker died with it in hand' ELSE row.last_error END,
           sends = least(row.sends + 1, 10),
           resend_at = clock_timestamp() + make_interval(secs => least(600, 10 * 2 ^ row.sends))
      FROM (SELECT event_id, job FROM job_ledger
             WHERE state IN ('waiting', 'running') AND resend_at <= clock_timestamp()
             ORDER BY resend_at LIMIT $1 FOR UPDATE SKIP LOCKED) AS due
     WHERE row.event_id = due.event_id AND row.job = due.job
    RETURNING row.event_id, row.job, row.state
"""
_PURGE = """
    DELETE FROM job_ledger WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM job_ledger
         WHERE state = 'done' AND done_at < clock_timestamp() - interval '90 days' LIMIT $1))
"""
_COUNT = (
    "SELECT job, state, count(*) FROM job_ledger WHERE state IN ('waiting', 'running', 'failed') GROUP BY job, state"
)


class Claimed(NamedTuple):
    """A job in hand: nobody else may do it until the lease ends."""

    event_id: UUID
    job: str
    lease: UUID
    position: int
    attempts: int


class Due(NamedTuple):
    event_id: UUID
    job: str


class Ledger:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def claim(self, event_id: UUID, job: str, lease_s: float) -> Claimed | None:
        """None: it is done or failed, another worker has it, or its time has not come."""
        lease = uuid4()
        row = await self._pool.fetchrow(_CLAIM, event_id, job, lease, lease_s, MAX_ATTEMPTS)
        return None if row is None else Claimed(event_id, job, lease, row["position"], row["attempts"])

    async def claim_timed(self, jobs: list[str], most: int) -> list[Claimed]:
        """What is due of these jobs, the longest due first."""
        lease = uuid4()
        rows = await self._pool.fetch(_CLAIM_TIMED, jobs, most, lease, MAX_ATTEMPTS)
        return [Claimed(row["event_id"], row["job"], lease, row["position"], row["attempts"]) for row in rows]

    async def next_time(self, jobs: list[str]) -> float:
        """How many seconds from now something of these jobs is due; negative when it is; infinite: never."""
        found: float | None = await self._pool.fetchval(_NEXT_TIME, jobs, MAX_ATTEMPTS)
        return inf if found is None else found

    async def put_back(self, claimed: Claimed, pause_s: float) -> bool:
        """Has it wait for its time, as if it had not been tried. False: as below."""
        return await self._leave(_PUT_BACK, claimed, pause_s)

    async def finish(self, claimed: Claimed, steps: int = 0) -> bool:
        """False: the lease had ended, and another worker has it now."""
        return await self._leave(_FINISH, claimed, steps)

    async def go_on(self, claimed: Claimed, steps: int) -> bool:
        """Gives the job back after a share of it. False: as above."""
        return await self._leave(_GO_ON, claimed, steps)

    async def _leave(self, statement: str, claimed: Claimed, value: float) -> bool:
        left: str = await self._pool.execute(statement, claimed.event_id, claimed.job, claimed.lease, value)
        return left == "UPDATE 1"

    async def postpone(self, claimed: Claimed, reason: str) -> str | None:
        """Gives the new state: `waiting` for another attempt, or `failed` for good; None: the lease had ended."""
        pause = pause_s(claimed.attempts)
        state: str | None = await self._pool.fetchval(
            _POSTPONE, claimed.event_id, claimed.job, claimed.lease, pause, reason, MAX_ATTEMPTS
        )
        return state

    async def sweep(self) -> list[Due]:
        """Takes what must be sent (again) now; several sweepers share the work."""
        rows = await self._pool.fetch(_SWEEP, _SWEEP_AT_ONCE, MAX_ATTEMPTS)
        return [Due(row["event_id"], row["job"]) for row in rows if row["state"] != "failed"]

    async def purge(self) -> int:
        """Forgets what was done more than 90 days ago, in short transactions."""
        purged = 0
        while True:
            removed = int((await self._pool.execute(_PURGE, _PURGE_AT_ONCE)).removeprefix("DELETE "))
            purged += removed
            if removed < _PURGE_AT_ONCE:
                return purged

    async def open_counts(self) -> dict[tuple[str, str], int]:
        """By job and state, what is not done."""
        return {(job, state): count for job, state, count in await self._pool.fetch(_COUNT)}
