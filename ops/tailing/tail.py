"""Follows the log by position: every event once and in order, however often the database goes away."""

import asyncio
from collections.abc import AsyncIterator, Callable

from engine.log.reader import LogHead, LogReader
from engine.log.records import LogUnavailable, StoredEvent

_IDLE_S = 0.2
_AWAY_S = 0.5


class NotThatLog(Exception):  # noqa: N818 - named for the fact
    """Positions do not mean any more what they meant: nothing further is shown."""


class Tail:
    """One look at the log. `note` tells the operator that the database went away, or came back."""

    def __init__(self, reader: LogReader, note: Callable[[str], None]) -> None:
        self._reader, self._note = reader, note
        self._known: LogHead | None = None
        self._is_away = False

    async def pages(self, after: int, up_to: int | None) -> AsyncIterator[list[StoredEvent]]:
        """What follows position `after`, without end, or to `up_to`.

        Raises:
            NotThatLog: the log has another epoch, has lost its end, or lacks a position.
        """
        while up_to is None or after < up_to:
            page = await self._page(after)
            for event in page:
                if event.position != after + 1:
                    raise NotThatLog(f"position {after + 1} is not in the log: see `palimpsest log verify`")
                after = event.position
            if page:
                yield page if up_to is None else [event for event in page if event.position <= up_to]
            else:
                await asyncio.sleep(_IDLE_S)

    async def _page(self, after: int) -> list[StoredEvent]:
        """Empty when there is nothing new, or the database is away."""
        try:
            page = await self._reader.all(after)
            # read after the events: had they been of another epoch, the head would say so
            self._check(await self._reader.head())
        except LogUnavailable:
            if not self._is_away:
                self._note("the log's database is away; waiting")
            self._is_away = True
            await asyncio.sleep(_AWAY_S)
            return []
        if self._is_away:
            self._note("the log's database is back")
        self._is_away = False
        return page

    def _check(self, head: LogHead) -> None:
        known = self._known or head
        if head.epoch != known.epoch or head.position < known.position:
            raise NotThatLog(f"the log was at {_place(known)} and is at {_place(head)}: it was restored meanwhile")
        self._known = head


def _place(head: LogHead) -> str:
    return f"position {head.position} of epoch {head.epoch}"
