"""Which addresses mail servers refuse. Kept beside the ledger, by a keyed hash: no address stands there."""

from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from domain.accounts.addresses import address_name
from engine.log.names import Names
from jobs.smtp_replies import Reply

PAUSED_AFTER = 3
"""Mails in a row that were refused; one is enough where there is no such mailbox."""

# The same mail, sent again after a crash, is refused again, and counts once.
_RECORD = """
    INSERT INTO mail_refusals AS r (account, address_hash, mail, reply, paused_at)
    VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN clock_timestamp() END)
        ON CONFLICT (account, address_hash) DO UPDATE
       SET in_a_row = r.in_a_row + (r.mail <> excluded.mail)::int, mail = excluded.mail, reply = excluded.reply,
           last_at = clock_timestamp(),
           paused_at = coalesce(r.paused_at, CASE WHEN $5 OR r.in_a_row + (r.mail <> excluded.mail)::int >= $6
                                                  THEN clock_timestamp() END)
    RETURNING paused_at IS NOT NULL
"""
_FOUND = "SELECT reply, paused_at IS NOT NULL FROM mail_refusals WHERE account = $1 AND address_hash = $2"
_TAKEN = "DELETE FROM mail_refusals WHERE account = $1 AND address_hash = $2 AND paused_at IS NULL"
_FORGET = "DELETE FROM mail_refusals WHERE account = $1"


class Refused(NamedTuple):
    reply: str
    """The last one: code and status."""
    is_paused: bool


class RefusedAddresses:
    """An address is an account's: two that share one, as one frees it for the other, are told apart.

    Args:
        pool: of the log.
        names: hashes addresses as claims on them are hashed.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", names: Names) -> None:
        self._pool, self._names = pool, names

    async def find(self, account: UUID, address: str) -> Refused | None:
        """None: it was not refused since a mail to it was taken."""
        row = await self._pool.fetchrow(_FOUND, account, self._hash(address))
        return None if row is None else Refused(*row)

    async def record(self, account: UUID, address: str, reply: Reply, *, mail: str) -> bool:
        """Whether the address is paused now. `mail` tells mails apart: what a Message-ID is made of."""
        is_paused: bool = await self._pool.fetchval(
            _RECORD, account, self._hash(address), mail, str(reply), reply.is_unknown, PAUSED_AFTER
        )
        return is_paused

    async def note_taken(self, account: UUID, address: str) -> None:
        """A mail was taken: what was refused before does not count any more. A pause stays."""
        await self._pool.execute(_TAKEN, account, self._hash(address))

    async def forget(self, account: UUID) -> None:
        """The account's address was proven, replaced or erased."""
        await self._pool.execute(_FORGET, account)

    def _hash(self, address: str) -> str:
        name = address_name(address)
        return self._names.stored(name.kind, name.value, is_private=True).value
