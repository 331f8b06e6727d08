"""Has a hook told again what happened in a time: its keys wait anew, from before the first event of it."""

from typing import Any
from uuid import UUID

import asyncpg

from jobs.webhooks.told import OF_HISTORY
from ops.rerunning.chosen import Choice, windows

_EVENTS = f"e.position >= $1 AND e.position < $2 AND e.type IN {OF_HISTORY}"
"""All that hooks may be told but tests: those are nobody's history."""
_COUNT = f"SELECT count(*) FROM events AS e WHERE {_EVENTS}"  # noqa: S608 - made of constants
# A key that somebody has in hand is rewound when it is taken next; what is told of it now stays told.
_REWIND = f"""
    INSERT INTO webhook_keys AS kept (webhook, key, done, upto)
    SELECT $3, e.partition_key, min(e.position) - 1, max(e.position) FROM events AS e
     WHERE {_EVENTS} AND EXISTS (SELECT FROM webhooks WHERE webhook = $3) GROUP BY e.partition_key
        ON CONFLICT (webhook, key) DO UPDATE
       SET rewound = least(kept.rewound, excluded.done), upto = greatest(kept.upto, excluded.upto)
"""  # noqa: S608 - made of constants


async def count(connection: "asyncpg.Connection[Any]", choice: Choice) -> int:
    """How many events of that time hooks may be told."""
    return sum([await connection.fetchval(_COUNT, *window) async for window in windows(connection, choice)])


async def tell_again(connection: "asyncpg.Connection[Any]", webhook: UUID, choice: Choice) -> int:
    """How many keys wait because of it, counted again in each window of the log."""
    rewound = 0
    async for window in windows(connection, choice):
        rewound += int((await connection.execute(_REWIND, *window, webhook)).rpartition(" ")[2])
    return rewound
