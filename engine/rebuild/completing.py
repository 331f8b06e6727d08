"""Completes rows once their keys are folded: the long texts that are left, then what is dear to make of them."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.projection import combining
from engine.projection.fold_tables import FoldTables
from engine.projection.memo import BatchMemo, Wish
from engine.rebuild.key_folding import Row
from engine.rebuild.late_texts import LateText
from engine.rebuild.part_events import PartEvents

Placed = tuple[FoldTables, Row]


class Completing:
    """Looks results up in the memo and computes those that are missing.

    It keeps none: the log has moved on since the build began, and what was deleted meanwhile must not come back there.
    """

    def __init__(self, events: PartEvents, codec: Codec, keyring: KeyRing, renderers: Executor) -> None:
        self._events, self._codec, self._keyring, self._renderers = events, codec, keyring, renderers

    async def complete(self, connection: "asyncpg.Connection[Any]", placed: Iterable[Placed]) -> None:
        """Rows that are complete already stay as they are."""
        rows = list(placed)
        await self._open([row for tables, row in rows if tables.fold.hands_on])
        await self._finish(connection, [(tables, row) for tables, row in rows if tables.fold.finish is not None])

    async def _open(self, rows: Sequence[Row]) -> None:
        late = [(row, found) for row in rows if (found := late_texts(row.value))]
        events = await self._read({text.position for _, found in late for text in found.values()})
        for row, found in late:
            opened = {name: getattr(events[text.position], text.field) for name, text in found.items()}
            row.value = replace(row.value, **opened)

    async def _read(self, positions: Iterable[int]) -> Mapping[int, Any]:
        wanted = list(positions)
        if not wanted:
            return {}
        recorded = await self._codec.decode_many(await self._events.whole(wanted), self._keyring)
        return {each.position: each.event for each in recorded}

    async def _finish(self, connection: "asyncpg.Connection[Any]", placed: Sequence[Placed]) -> None:
        wishes = [
            Wish(row.stream, renderer, text)
            for tables, row in placed
            for renderer, text in tables.fold.wishes(row.value)
        ]
        memo = BatchMemo({wish.stream for wish in wishes})
        for part in memo.reads():
            [found] = await combining.read(connection, [part])
            memo.take(found)
        await memo.complete(wishes, self._renderers)
        for tables, row in placed:
            if tables.fold.finish is not None:
                row.value = tables.fold.finish(row.value, memo)


def late_texts(row: Any) -> dict[str, LateText]:
    """By column."""
    values = ((name, getattr(row, name)) for name in row.__slots__)
    return {name: value for name, value in values if type(value) is LateText}
