"""Forgets old deliveries and what nobody will ask for any more; counts what waits."""

import asyncio
from typing import Any

import asyncpg
import structlog

from jobs.webhooks.metrics import WebhookMetrics
from kit.database import DATABASE_FAULTS

_logger = structlog.get_logger()
KEPT_DAYS = 30
_BATCH = 5000
_COUNT_EVERY_S = 5
_PURGE_EVERY = 720
"""Counts: once an hour."""
_FORGET_DELIVERIES = f"""
    DELETE FROM webhook_deliveries WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM webhook_deliveries WHERE tried_at < clock_timestamp() - interval '{KEPT_DAYS} days' LIMIT $1))
"""  # noqa: S608 - made of constants
# A hook that nobody resumes for so long has missed what it missed: `webhooks replay` tells it.
_FORGET_WAITING = f"""
    DELETE FROM webhook_keys WHERE ctid = ANY (ARRAY(
        SELECT k.ctid FROM webhook_keys AS k JOIN webhooks AS h USING (webhook)
         WHERE h.is_paused AND k.waiting_since < clock_timestamp() - interval '{KEPT_DAYS} days' LIMIT $1))
"""  # noqa: S608 - made of constants
_COUNT = """
    SELECT (SELECT count(*) FROM webhook_keys) AS waiting, (SELECT count(*) FROM webhooks WHERE is_paused) AS paused,
           (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(k.waiting_since)), 0)::float8
              FROM webhook_keys AS k JOIN webhooks AS h USING (webhook) WHERE NOT h.is_paused) AS oldest_s
"""


class Upkeep:
    """Turns every few seconds. Several at once do no harm."""

    def __init__(self, pool: "asyncpg.Pool[Any]", metrics: WebhookMetrics) -> None:
        self._pool, self._metrics = pool, metrics

    async def run(self) -> None:
        turn = 0
        while True:
            try:
                await self._count()
                if turn % _PURGE_EVERY == 0:
                    await self.purge()
            except DATABASE_FAULTS as error:
                _logger.warning("deliveries cannot be counted", cause=type(error).__name__)
            turn += 1
            await asyncio.sleep(_COUNT_EVERY_S)

    async def purge(self) -> int:
        """How many rows were forgotten, in short transactions."""
        purged = 0
        for statement in (_FORGET_DELIVERIES, _FORGET_WAITING):
            removed = _BATCH
            while removed == _BATCH:
                removed = int((await self._pool.execute(statement, _BATCH)).removeprefix("DELETE "))
                purged += removed
        return purged

    async def _count(self) -> None:
        row = await self._pool.fetchrow(_COUNT)
        assert row is not None  # noqa: S101 - an aggregate has a row
        self._metrics.waiting.set(row["waiting"])
        self._metrics.paused.set(row["paused"])
        self._metrics.oldest.set(row["oldest_s"])
