"""Looks through the log, in its order, for what hooks are to be told, and enters which keys of which hooks wait."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from domain.webhooks.webhook import Webhook
from engine.commands.executor import CommandExecutor
from jobs.webhooks import hooks
from jobs.webhooks.told import JUDGED, TEST, TYPES, Happened

_PAGE = 2000
"""Positions that are looked through at once."""
_PLACE = f"""
    SELECT position AS after,
           least(position + {_PAGE}, coalesce((SELECT max(e.position) FROM events AS e), 0)) AS upto,
           EXISTS (SELECT FROM webhooks) AS has_hooks
      FROM webhook_scan
"""  # noqa: S608 - a constant
_HOOK_TYPES = ("WebhookRegistered", "WebhookChanged", "WebhookPaused", "WebhookResumed", "WebhookRemoved")
_BEGINNING_ANEW = ("WebhookChanged", "WebhookResumed")
_HOOK_EVENTS = f"""
    SELECT position, stream, type FROM events AS e
     WHERE e.position > $1 AND e.position <= $2 AND e.type IN {_HOOK_TYPES} ORDER BY e.position
"""  # noqa: S608 - made of constants
_HAPPENED = f"""
    SELECT {JUDGED} FROM events AS e
     WHERE e.position > $1 AND e.position <= $2 AND e.type IN {TYPES} ORDER BY e.position
"""  # noqa: S608 - made of constants
# Compare-and-set: of two processes that looked through the same page, one enters what it found.
_MOVE = "UPDATE webhook_scan SET position = $2 WHERE position = $1"
_ENTER = f"""
    INSERT INTO webhook_keys AS kept (webhook, key, done, upto)
    SELECT h.webhook, told.key, min(told.position) - 1, max(told.position)
      FROM unnest($1::text[], $2::bigint[], $3::text[]) AS told(key, position, kind)
      JOIN webhooks AS h ON told.kind = ANY (h.kinds) OR told.kind = '{TEST}' AND told.key = h.webhook::text
     GROUP BY h.webhook, told.key
        ON CONFLICT (webhook, key) DO UPDATE SET upto = greatest(kept.upto, excluded.upto)
"""  # noqa: S608 - made of constants


class _Place(NamedTuple):
    after: int
    upto: int
    has_hooks: bool


class _HookEvent(NamedTuple):
    position: int
    stream: str
    type: str
    state: Webhook | None
    """As the log has it now, which may be later than the event."""
    version: int


class Scan:
    """One place in the log for all hooks. The log's positions are dense and in the order of commits: none is missed.

    Several processes at once do no harm; each finds what the others have entered.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", executor: CommandExecutor) -> None:
        self._pool, self._executor = pool, executor

    async def catch_up(self) -> bool:
        """Up to the log's head; says whether there are hooks."""
        while True:
            place = await self._place()
            if place.upto <= place.after:
                return place.has_hooks
            await self._page(place)

    async def _place(self) -> _Place:
        row = await self._pool.fetchrow(_PLACE)
        assert row is not None  # noqa: S101 - the migration enters it
        return _Place(*row)

    async def _page(self, place: _Place) -> None:
        changed = await self._hook_events(place.after, place.upto)
        happened: list[Happened] = []
        if changed or place.has_hooks:
            happened = [Happened(*row) for row in await self._pool.fetch(_HAPPENED, place.after, place.upto)]
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.execute(_MOVE, place.after, place.upto) == "UPDATE 1":
                await _enter(connection, sorted([*changed, *happened], key=lambda met: met.position))

    async def _hook_events(self, after: int, upto: int) -> list[_HookEvent]:
        rows = await self._pool.fetch(_HOOK_EVENTS, after, upto)
        found = {row["stream"]: await self._executor.load(Webhook, row["stream"]) for row in rows}
        return [_HookEvent(row["position"], row["stream"], row["type"], *found[row["stream"]]) for row in rows]


async def _enter(connection: Any, met: Iterable[Happened | _HookEvent]) -> None:
    """In the order of the log: what came before a hook was registered is not its business."""
    for kind, group in groupby(met, key=type):
        if kind is Happened:
            await _enter_keys(connection, group)  # type: ignore[arg-type]  # of one type, as grouped
            continue
        for event in group:
            await _know(connection, event)  # type: ignore[arg-type]  # same


async def _know(connection: Any, event: _HookEvent) -> None:
    webhook = UUID(event.stream.removeprefix("webhook-"))
    await hooks.know(connection, webhook, event.state, event.version)
    if event.type in _BEGINNING_ANEW:
        await hooks.begin_anew(connection, webhook)


async def _enter_keys(connection: Any, happened: Iterable[Happened]) -> None:
    told = [(each.key, each.position, kind) for each in happened if (kind := each.kind) is not None]
    if told:
        await connection.execute(_ENTER, *map(list, zip(*told, strict=True)))
