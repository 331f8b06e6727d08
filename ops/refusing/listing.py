"""Which accounts' addresses mail servers refuse, for an operator."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

_REFUSED = """
    SELECT r.account, (SELECT e.data::json ->> 'handle' FROM events AS e
                        WHERE e.stream = 'account-' || r.account
                          AND e.type IN ('AccountRegistered', 'AuthorCredited', 'HandleChanged')
                        ORDER BY e.version DESC LIMIT 1) AS handle,
           r.in_a_row, r.reply, r.last_at, r.paused_at,
           clock_timestamp() - r.last_at AS last, clock_timestamp() - r.paused_at AS paused
      FROM mail_refusals AS r WHERE NOT $1 OR r.paused_at IS NOT NULL ORDER BY r.last_at DESC, r.account LIMIT $2
"""
_BY_HANDLE = "SELECT substr(stream, 9)::uuid FROM claims WHERE kind = 'handle' AND value = $1"
_BY_ID = "SELECT $1::uuid WHERE EXISTS (SELECT FROM events WHERE stream = 'account-' || $1::uuid)"


class Refused(NamedTuple):
    account: UUID
    handle: str | None
    in_a_row: int
    """Mails."""
    reply: str
    """The last one: code and status."""
    last_at: datetime
    paused_at: datetime | None
    """None: mails still go there."""
    last: timedelta
    paused: timedelta | None


async def refused(connection: "asyncpg.Connection[Any]", *, only_paused: bool, limit: int) -> list[Refused]:
    """The newest first."""
    return [Refused(*row) for row in await connection.fetch(_REFUSED, only_paused, limit)]


async def account_of(connection: "asyncpg.Connection[Any]", name: str) -> UUID | None:
    """Whose handle or id this is; a handle of the past is still theirs."""
    try:
        account = UUID(name)
    except ValueError:
        found: UUID | None = await connection.fetchval(_BY_HANDLE, name.removeprefix("@").lower())
        return found
    known: UUID | None = await connection.fetchval(_BY_ID, account)
    return known
