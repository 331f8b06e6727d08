"""Takes what is due, by hook and key: of several processes, one tells a key at a time."""

from collections.abc import Iterable, Sequence
from math import inf
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from jobs.webhooks.patience import TROUBLED_AFTER
from jobs.webhooks.sending import TIME_LIMIT_S
from jobs.webhooks.told import JUDGED, TYPES, Happened

LEASE_S = 3 * TIME_LIMIT_S
"""How long a process that died with a key in hand keeps others from it."""
_AT_ONCE = 20
"""Messages of one key that are looked up together."""

# A lease is taken by compare-and-set, and while it lasts the key is not due. What is paused is told nothing but tests;
# an address in trouble is tried by one message at a time, first by those that were not tried yet: they may be taken.
_CLAIM = f"""
    WITH busy AS (
        SELECT webhook, count(*) AS count FROM unnest($1::uuid[]) AS each(webhook) GROUP BY webhook
    ), live AS (
        SELECT k.webhook, k.key
          FROM webhooks AS h LEFT JOIN busy AS b USING (webhook)
         CROSS JOIN LATERAL (
               SELECT webhook, key, attempts > 0 AS was_tried, due_at FROM webhook_keys
                WHERE webhook = h.webhook AND due_at <= clock_timestamp()
                ORDER BY attempts > 0, due_at
                LIMIT greatest(0, CASE WHEN h.failures >= {TROUBLED_AFTER} THEN 1 ELSE $2 END - coalesce(b.count, 0))
                  FOR UPDATE SKIP LOCKED) AS k
         WHERE NOT h.is_paused AND h.rests_until <= clock_timestamp()
         ORDER BY k.was_tried, k.due_at LIMIT $3
    ), tests AS (
        SELECT k.webhook, k.key
          FROM webhooks AS h JOIN webhook_keys AS k ON k.webhook = h.webhook AND k.key = h.webhook::text
         WHERE h.is_paused AND k.due_at <= clock_timestamp() FOR UPDATE OF k SKIP LOCKED
    )
    UPDATE webhook_keys AS k
       SET lease = $4, due_at = clock_timestamp() + make_interval(secs => {LEASE_S}),
           done = least(k.done, k.rewound), rewound = NULL
      FROM (SELECT * FROM live UNION ALL SELECT * FROM tests) AS chosen
      JOIN webhooks AS h USING (webhook)
     WHERE k.webhook = chosen.webhook AND k.key = chosen.key
    RETURNING k.webhook, k.key, k.lease, k.done, k.upto, k.attempts,
              extract(epoch FROM clock_timestamp() - k.failing_since)::float8 AS failing_s, h.url, h.version, h.kinds,
              h.failures
"""  # noqa: S608 - made of constants
_NEXT_DUE = """
    SELECT extract(epoch FROM min(greatest(h.rests_until, first.due_at)) - clock_timestamp())::float8
      FROM webhooks AS h CROSS JOIN LATERAL (
           SELECT due_at FROM webhook_keys WHERE webhook = h.webhook ORDER BY due_at LIMIT 1) AS first
     WHERE NOT h.is_paused
"""
_HAPPENED = f"""
    SELECT k.number, e.*
      FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS k(key, done, upto, number)
     CROSS JOIN LATERAL (
           SELECT {JUDGED} FROM events AS e
            WHERE e.partition_key = k.key AND e.position > k.done AND e.position <= k.upto AND e.type IN {TYPES}
            ORDER BY e.position LIMIT {_AT_ONCE}) AS e
     ORDER BY k.number, e.position
"""  # noqa: S608 - made of constants


class Claimed(NamedTuple):
    """A key of a hook in hand: nobody else tells it until the lease ends."""

    webhook: UUID
    key: str
    lease: UUID
    done: int
    """The position up to which it was told."""
    upto: int
    attempts: int
    """At the message that comes next."""
    failing_s: float | None
    """For how long that message was not taken; None: it was not tried."""
    url: str
    version: int
    """Of the hook."""
    kinds: Sequence[str]
    failures: int
    """Of the hook, in a row."""
    until: float
    """When the lease ends at the earliest, by this machine's clock."""

    @property
    def has_time(self) -> bool:
        """Whether a message that begins now has ended before the lease does."""
        return monotonic() + TIME_LIMIT_S < self.until


def lease_end() -> float:
    """Of one that is taken or renewed from now on."""
    return monotonic() + LEASE_S


class Claims:
    """What waits, as one process takes it.

    Args:
        pool: of the log.
        at_once: how many keys of one hook are told at a time.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", *, at_once: int) -> None:
        self._pool, self._at_once = pool, at_once

    async def take(self, busy: Iterable[UUID], most: int) -> list[Claimed]:
        """What is due: what was not tried yet, then the longest due.

        Args:
            busy: the hooks of the keys that this process has in hand, one for each.
            most: how many are taken.
        """
        until = lease_end()
        rows = await self._pool.fetch(_CLAIM, list(busy), self._at_once, most, uuid4())
        return [Claimed._make((*row, until)) for row in rows]

    async def next_due_s(self) -> float:
        """How many seconds from now something is due; infinite: nothing waits."""
        found: float | None = await self._pool.fetchval(_NEXT_DUE)
        return inf if found is None else found

    async def happened(self, claimed: Sequence[Claimed]) -> list[list[Happened]]:
        """For each, what comes next in its key, as far as is looked up at once."""
        columns = [[each.key for each in claimed], [each.done for each in claimed], [each.upto for each in claimed]]
        found: list[list[Happened]] = [[] for _ in claimed]
        for number, *row in await self._pool.fetch(_HAPPENED, *columns):
            found[number - 1].append(Happened(*row))
        return found
