"""The hooks as deliveries know them, and how their addresses fare."""

from typing import Any
from uuid import UUID

import asyncpg

from domain.webhooks.webhook import Webhook

_SET = """
    INSERT INTO webhooks AS kept (webhook, version, url, kinds, is_paused) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (webhook) DO UPDATE
       SET version = excluded.version, url = excluded.url, kinds = excluded.kinds, is_paused = excluded.is_paused
     WHERE kept.version < excluded.version
"""
_REMOVE = "DELETE FROM webhooks WHERE webhook = $1"
# What somebody has changed or resumed begins anew: nothing waits for the end of a pause, nothing is nearly given up.
_BEGIN_ANEW = """
    UPDATE webhooks SET failures = 0, failing_since = NULL, rests_until = '-infinity' WHERE webhook = $1
"""
_DUE_NOW = """
    UPDATE webhook_keys SET due_at = clock_timestamp(), attempts = 0, failing_since = NULL
     WHERE webhook = $1 AND lease IS NULL
"""


async def know(connection: "asyncpg.Connection[Any]", webhook: UUID, state: Webhook | None, version: int) -> None:
    """As the log has it now, which may be later than the event that was met."""
    if state is None or state.status == "removed":
        await connection.execute(_REMOVE, webhook)
        return
    is_paused = state.status == "paused"
    await connection.execute(_SET, webhook, version, state.url, list(state.kinds), is_paused)


async def begin_anew(connection: "asyncpg.Connection[Any]", webhook: UUID) -> None:
    await connection.execute(_BEGIN_ANEW, webhook)
    await connection.execute(_DUE_NOW, webhook)
