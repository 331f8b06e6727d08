"""What is known beside the log of hooks and of what was sent to them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

_HOOKS = """
    SELECT h.webhook, h.url,
           CASE WHEN h.is_paused THEN 'paused' WHEN h.rests_until > clock_timestamp() THEN 'resting' ELSE 'active' END
             AS state, h.failures, h.failing_since, count(k.key) AS keys_waiting,
           clock_timestamp() - min(k.waiting_since) AS oldest,
           (SELECT coalesce(d.error, 'status ' || d.status) FROM webhook_deliveries AS d
             WHERE d.webhook = h.webhook AND d.outcome <> 'accepted' ORDER BY d.id DESC LIMIT 1) AS last_refusal
      FROM webhooks AS h LEFT JOIN webhook_keys AS k USING (webhook)
     GROUP BY h.webhook ORDER BY h.webhook
"""
_DELIVERIES = """
    SELECT tried_at, kind, key, attempt, outcome, status, duration_ms, error, excerpt,
           'msg_' || replace(event_id::text, '-', '') AS message
      FROM webhook_deliveries
     WHERE webhook = $1 AND (NOT $2 OR outcome <> 'accepted') AND ($3::text IS NULL OR key = $3)
     ORDER BY id DESC LIMIT $4
"""
_IS_KNOWN = "SELECT EXISTS (SELECT FROM webhooks WHERE webhook = $1)"


async def hooks(connection: "asyncpg.Connection[Any]") -> list[dict[str, Any]]:
    """Each with `oldest`, the age of the longest waiting, or None."""
    return [dict(row) for row in await connection.fetch(_HOOKS)]


async def deliveries(
    connection: "asyncpg.Connection[Any]", webhook: UUID, *, only_refused: bool, key: str | None, limit: int
) -> list[dict[str, Any]]:
    """The newest first."""
    return [dict(row) for row in await connection.fetch(_DELIVERIES, webhook, only_refused, key, limit)]


async def is_known(connection: "asyncpg.Connection[Any]", webhook: UUID) -> bool:
    found: bool = await connection.fetchval(_IS_KNOWN, webhook)
    return found


def seconds(age: timedelta | None) -> float | None:
    return None if age is None else age.total_seconds()
