"""Completes rows once their keys are folded: the long texts that are left, then what is dear to make of them."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.projection.memo import BatchMemo, Wish
from engine.projection.rows import with_values
from engine.rebuild.copying import CopyFold
from engine.rebuild.key_folding import Row
from engine.rebuild.part_events import PartEvents

Placed = tuple[CopyFold, Sequence[Row]]
"""Rows of one fold."""


class Completing:
    """Looks results up in the memo and computes those that are missing.

    It keeps none: the log has moved on since the build began, and what was deleted meanwhile must not come back there.
    """

    def __init__(self, events: PartEvents, codec: Codec, keyring: KeyRing, renderers: Executor) -> None:
        self._events, self._codec, self._keyring, self._renderers = events, codec, keyring, renderers

    async def complete(self, connection: "asyncpg.Connection[Any]", placed: Iterable[Placed]) -> None:
        """Rows that are complete already stay as they are."""
        folds = list(placed)
        await self._open([each for each in folds if each[0].wide and each[0].tables.fold.hands_on])
        await self._finish(connection, [each for each in folds if each[0].tables.fold.finish is not None])

    async def _open(self, placed: Sequence[Placed]) -> None:
        late = [(row, found) for fold, rows in placed for row in rows if (found := fold.late_texts(row.value))]
        events = await self._read({text.position for _, found in late for text in found.values()})
        for row, found in late:
            opened = {name: getattr(events[text.position], text.field) for name, text in found.items()}
            row.value = with_values(row.value, opened)

    async def _read(self, positions: Iterable[int]) -> Mapping[int, Any]:
        wanted = list(positions)
        if not wanted:
            return {}
        recorded = await self._codec.decode_many(await self._events.whole(wanted), self._keyring)
        return {each.position: each.event for each in recorded}

    async def _finish(self, connection: "asyncpg.Connection[Any]", placed: Sequence[Placed]) -> None:
        wishes = [
            Wish(row.stream, renderer, text)
            for fold, rows in placed
            for row in rows
            for renderer, text in fold.tables.fold.wishes(row.value)
        ]
        memo = BatchMemo({wish.stream for wish in wishes})
        for part in memo.reads():
            memo.take(await connection.fetch(part.sql, *part.sent))
        await memo.complete(wishes, self._renderers)
        for fold, rows in placed:
            if (finish := fold.tables.fold.finish) is not None:
                for row in rows:
                    row.value = finish(row.value, memo)
