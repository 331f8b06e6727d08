"""Records what became of messages, and moves the place of their key: only for who still has it in hand."""

from typing import Any

import asyncpg

from jobs.webhooks.claims import LEASE_S, Claimed
from jobs.webhooks.message import Message
from jobs.webhooks.outcome import Outcome

_HELD = "webhook = $1 AND key = $2 AND lease = $3"
_LOGGED = """
    INSERT INTO webhook_deliveries
           (webhook, key, event_id, kind, attempt, outcome, status, duration_ms, error, excerpt)
    SELECT $1, $2, $5, $6, $7, $8, $9, $10, $11, $12 FROM moved
"""
_IS_WELL = """
    UPDATE webhooks SET failures = 0, failing_since = NULL, rests_until = '-infinity'
     WHERE webhook = $1 AND failures > 0 AND EXISTS (SELECT FROM moved)
"""
_ACCEPTED = f"""
    WITH moved AS (
        UPDATE webhook_keys
           SET done = $4, attempts = 0, failing_since = NULL, waiting_since = clock_timestamp(),
               due_at = clock_timestamp() + make_interval(secs => {LEASE_S})
         WHERE {_HELD} RETURNING key
    ), logged AS ({_LOGGED}), well AS ({_IS_WELL})
    SELECT EXISTS (SELECT FROM moved)
"""  # noqa: S608 - made of constants
_ACCEPTED_LAST = f"""
    WITH moved AS (DELETE FROM webhook_keys WHERE {_HELD} AND upto = $4 AND rewound IS NULL RETURNING key),
         logged AS ({_LOGGED}), well AS ({_IS_WELL})
    SELECT EXISTS (SELECT FROM moved)
"""  # noqa: S608 - made of constants
_REFUSED = f"""
    WITH moved AS (
        UPDATE webhook_keys
           SET attempts = attempts + 1, failing_since = coalesce(failing_since, clock_timestamp()), lease = NULL,
               due_at = clock_timestamp() + make_interval(secs => $13)
         WHERE {_HELD} AND done < $4 RETURNING key
    ), logged AS ({_LOGGED})
    SELECT EXISTS (SELECT FROM moved)
"""  # noqa: S608 - made of constants
_GIVEN_UP = f"""
    WITH moved AS (
        UPDATE webhook_keys
           SET done = $4, attempts = 0, failing_since = NULL, waiting_since = clock_timestamp(), lease = NULL,
               due_at = clock_timestamp()
         WHERE {_HELD} RETURNING key
    ), logged AS ({_LOGGED})
    SELECT EXISTS (SELECT FROM moved)
"""  # noqa: S608 - made of constants
_FINISHED = f"DELETE FROM webhook_keys WHERE {_HELD} AND upto = $4 AND rewound IS NULL"  # noqa: S608 - made of constants
_RELEASED = f"""
    UPDATE webhook_keys SET done = greatest(done, $4), lease = NULL, due_at = clock_timestamp() WHERE {_HELD}
"""  # noqa: S608 - made of constants


class Records:
    """Each gives False when the lease had ended: another process has the key, and may have told it the same."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def accepted(self, claimed: Claimed, message: Message, outcome: Outcome) -> bool:
        """The place moves, and the lease is as long as at first."""
        return await self._record(_ACCEPTED, claimed, message, outcome, "accepted")

    async def accepted_last(self, claimed: Claimed, message: Message, outcome: Outcome) -> bool:
        """Nothing waits for this key any more. False: as above, or something has come meanwhile."""
        return await self._record(_ACCEPTED_LAST, claimed, message, outcome, "accepted")

    async def refused(self, claimed: Claimed, message: Message, outcome: Outcome, pause_s: float) -> bool:
        """The message is tried again after the pause, and those after it wait."""
        return await self._record(_REFUSED, claimed, message, outcome, "refused", pause_s)

    async def given_up(self, claimed: Claimed, message: Message, outcome: Outcome) -> bool:
        """The key goes on with the message after it."""
        return await self._record(_GIVEN_UP, claimed, message, outcome, "given_up")

    async def leave(self, claimed: Claimed, upto: int, *, is_all: bool) -> None:
        """Gives the key back, told up to this position.

        Args:
            claimed: what was in hand.
            upto: a position.
            is_all: whether it was all that was known of.
        """
        held = (claimed.webhook, claimed.key, claimed.lease, upto)
        if is_all and await self._pool.execute(_FINISHED, *held) == "DELETE 1":
            return
        await self._pool.execute(_RELEASED, *held)

    async def _record(
        self, statement: str, claimed: Claimed, message: Message, outcome: Outcome, said: str, *more: float
    ) -> bool:
        held = (claimed.webhook, claimed.key, claimed.lease, message.position)
        told = (message.event_id, message.kind, claimed.attempts + 1, said)
        answered = (outcome.status, outcome.duration_ms, outcome.error, outcome.excerpt)
        return bool(await self._pool.fetchval(statement, *held, *told, *answered, *more))
