"""How far the loop has got: lag by partition against the log, what is parked, how jobs fare, and rates."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from kit.database import DATABASE_FAULTS
from stack.addresses import as_role
from stack.credentials import Credentials
from stack.job_lines import job_lines
from stack.webhook_lines import webhook_lines

_BETWEEN_S = 1.0
_PATIENCE_S = 3.0
_HEAD = """
SELECT p.partition, coalesce((SELECT e.sequence FROM events e WHERE e.partition = p.partition
                               ORDER BY e.sequence DESC LIMIT 1), 0) AS sequence
  FROM log_state s, generate_series(0, s.partitions - 1) AS p(partition) ORDER BY p.partition
"""
_RELAYED = "SELECT coalesce((SELECT max(position) FROM events), 0) - position FROM relay_cursor"
_APPLIED = """
SELECT c.partition, min(c.sequence) AS sequence
  FROM projection.checkpoints c
  JOIN projection.generations g ON g.model = c.model AND g.number = c.generation AND g.state = 'serving'
 GROUP BY c.partition
"""
_PARKED = """
SELECT p.model, g.state, count(DISTINCT p.key) AS keys, count(*) AS events
  FROM projection.parked p JOIN projection.generations g ON g.model = p.model AND g.number = p.generation
 GROUP BY p.model, g.state ORDER BY p.model, g.state
"""
_DRIFT = """
SELECT d.model, count(*) AS keys, min(d.key) AS first
  FROM projection.drift d
  JOIN projection.generations g ON g.model = d.model AND g.number = d.generation AND g.state = 'serving'
 GROUP BY d.model ORDER BY d.model
"""
_JOBS = """
SELECT queue, job, state, count(*) AS jobs,
       max(extract(epoch FROM clock_timestamp() - coalesce(begun_at, due_at)))::float8 AS oldest_s
  FROM job_ledger WHERE state IN ('waiting', 'running', 'failed') GROUP BY queue, job, state ORDER BY job, state
"""
_WEBHOOKS = """
SELECT (SELECT count(*) FROM webhooks) AS webhooks, (SELECT count(*) FROM webhooks WHERE is_paused) AS paused,
       count(*) AS keys,
       coalesce(extract(epoch FROM clock_timestamp() - min(k.waiting_since)), 0)::float8 AS oldest_s
  FROM webhook_keys AS k JOIN webhooks AS h USING (webhook) WHERE NOT h.is_paused
"""


class LoopUnseen(Exception):  # noqa: N818 - named for the fact
    """A database does not answer, so the loop's progress cannot be told."""


@dataclass(frozen=True, slots=True)
class Loop:
    """The loop's progress. Lags count events; rates are events a second over the last second."""

    lag_by_partition: Mapping[int, int]
    relay_lag: int | None
    """None without Kafka: there is no relay."""
    appended_per_s: float
    applied_per_s: float
    parked: list[dict[str, Any]]
    """By read model and state of the generation: only what is `serving` is seen by readers."""
    jobs: list[dict[str, Any]]
    """By queue, job and state; `oldest_s` is negative when the time of all is still to come."""
    webhooks: dict[str, Any]
    """How many there are and are paused; the posts that wait for the others, and for how long."""
    drift: list[dict[str, Any]]
    """Read models of which the audit found keys that are not as the log says."""

    @property
    def lag(self) -> int:
        return sum(self.lag_by_partition.values())


async def look(urls: Mapping[str, str], credentials: Credentials) -> Loop:
    """Reads the databases twice, a second apart.

    Raises:
        LoopUnseen: one of them does not answer.
    """
    try:
        async with asyncio.timeout(_BETWEEN_S + _PATIENCE_S):
            return await _look(urls, credentials)
    except DATABASE_FAULTS as error:
        raise LoopUnseen(str(error) or type(error).__name__) from error


async def _look(urls: Mapping[str, str], credentials: Credentials) -> Loop:
    log = await asyncpg.connect(as_role(urls["log"], "palimpsest_relay", credentials.roles))
    ledger = await asyncpg.connect(as_role(urls["log"], "palimpsest_jobs", credentials.roles))
    read = await asyncpg.connect(as_role(urls["read"], "palimpsest_projector", credentials.roles))
    try:
        before = await _sequences(log, _HEAD), await _sequences(read, _APPLIED)
        await asyncio.sleep(_BETWEEN_S)
        head, applied = await _sequences(log, _HEAD), await _sequences(read, _APPLIED)
        return Loop(
            lag_by_partition={partition: max(0, last - applied.get(partition, 0)) for partition, last in head.items()},
            relay_lag=int(await log.fetchval(_RELAYED)) if urls.get("kafka") else None,
            appended_per_s=(sum(head.values()) - sum(before[0].values())) / _BETWEEN_S,
            applied_per_s=(sum(applied.values()) - sum(before[1].values())) / _BETWEEN_S,
            parked=[dict(row) for row in await read.fetch(_PARKED)],
            jobs=[dict(row) for row in await ledger.fetch(_JOBS)],
            webhooks=dict((await ledger.fetch(_WEBHOOKS))[0]),
            drift=[dict(row) for row in await read.fetch(_DRIFT)],
        )
    finally:
        for connection in (log, ledger, read):
            connection.terminate()


async def _sequences(connection: "asyncpg.Connection[Any]", question: str) -> dict[int, int]:
    return {row["partition"]: row["sequence"] for row in await connection.fetch(question)}


def as_lines(loop: Loop) -> list[str]:
    """For people: one line a subject, partitions only where they lag."""
    behind = {partition: lag for partition, lag in loop.lag_by_partition.items() if lag}
    where = f" ({', '.join(f'partition {partition}: {lag}' for partition, lag in behind.items())})" if behind else ""
    drift = ", ".join(f"{each['keys']} keys of {each['model']} (first {each['first']})" for each in loop.drift)
    relay = "" if loop.relay_lag is None else f"; the relay is {loop.relay_lag:,} behind"
    return [
        f"appended {loop.appended_per_s:,.0f} events/s, projected {loop.applied_per_s:,.0f} events/s",
        f"readers are {loop.lag:,} events behind the log{where}{relay}",
        f"parked: {_parked(loop) or 'nothing'}",
        *job_lines(loop.jobs),
        *webhook_lines(loop.webhooks),
        f"drift: {drift or 'none'}",
    ]


def _parked(loop: Loop) -> str:
    told = [
        f"{each['events']} events of {each['keys']} keys in {each['model']}"
        + ("" if each["state"] == "serving" else f" ({each['state']})")
        for each in loop.parked
    ]
    return ", ".join(told) and f"{', '.join(told)}: see `palimpsest parked`"
