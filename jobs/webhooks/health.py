"""How the address of a hook fares: one that is in trouble is left alone for a while, a dead one is paused."""

from typing import Any

import asyncpg
import structlog

from domain.command import Actor, Context
from domain.refusal import Refusal
from domain.webhooks.pause_webhook import PauseWebhook
from engine.commands.executor import CommandExecutor
from engine.log.records import VersionConflict
from jobs.webhooks.claims import Claimed
from jobs.webhooks.outcome import Outcome
from jobs.webhooks.patience import Patience
from kit import clock

_logger = structlog.get_logger()
_SYSTEM = Actor(is_system=True)
_TROUBLE = """
    UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp())
     WHERE webhook = $1 AND version = $2
    RETURNING failures, extract(epoch FROM clock_timestamp() - failing_since)::float8 AS failing_s
"""
_REST = """
    UPDATE webhooks SET rests_until = greatest(rests_until, clock_timestamp() + make_interval(secs => $3))
     WHERE webhook = $1 AND version = $2 AND failures > 0
"""


class Health:
    def __init__(self, pool: "asyncpg.Pool[Any]", executor: CommandExecutor, patience: Patience) -> None:
        self._pool, self._executor, self._patience = pool, executor, patience

    async def note_failure(self, claimed: Claimed, outcome: Outcome) -> None:
        """Of a message to the hook as it was when that was taken in hand; if it was changed since, no matter."""
        row = await self._pool.fetchrow(_TROUBLE, claimed.webhook, claimed.version)
        if row is None:
            return
        if outcome.is_gone:
            await self._pause(claimed, "the address says that it is gone (410)")
        elif row["failing_s"] >= self._patience.whole_s:
            await self._pause(claimed, f"nothing was accepted for {_in_words(row['failing_s'])}: {outcome.said}")
        elif rest_s := max(self._patience.rest_s(row["failures"]), outcome.wait_s):
            await self._pool.execute(_REST, claimed.webhook, claimed.version, rest_s)

    async def _pause(self, claimed: Claimed, reason: str) -> None:
        """Unless somebody has changed the hook meanwhile: then it may be well."""
        pause = PauseWebhook(webhook=claimed.webhook, reason=reason)
        try:
            await self._executor.execute(
                pause,
                context=Context(_SYSTEM, clock.now()),
                expected_version=claimed.version,
                correlation=f"webhook-{claimed.webhook}",
            )
        except (VersionConflict, Refusal):
            return
        _logger.warning("a webhook is paused", webhook=str(claimed.webhook), reason=reason)


def _in_words(seconds: float) -> str:
    return f"{seconds / 3600:.0f} hours" if seconds >= 7200 else f"{seconds:.0f} seconds"  # noqa: PLR2004 - two hours
