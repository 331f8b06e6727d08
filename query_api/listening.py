"""One listener's stream: what it missed, then what happens."""

import asyncio
import random
from collections.abc import AsyncGenerator

from kit.consistency import ConsistencyToken
from kit.http.problems import Problem
from query_api import changes_sql
from query_api.listener import Listener
from query_api.live_changes import LiveChanges
from query_api.told_changes import beat, reset, tell

_RETRY_MS = (1_000, 3_000)
"""Between these, so that listeners of a process that ended do not come back all at once."""
_REST_S = 0.25
_BEAT_S = 15.0


class Listening:
    """A source of chunks.

    Args:
        live: what is followed; it has a place by now.
        listener: admitted there.
        after: where the client was; None: now. Of partitions that it does not name, only what comes is told.
        seconds: how long to listen; 0: what was missed alone; None: until one of the two goes.
    """

    def __init__(
        self, live: LiveChanges, listener: Listener, after: ConsistencyToken | None, seconds: int | None
    ) -> None:
        self._live, self._listener, self._seconds = live, listener, seconds
        self._is_foreign = after is not None and after.epoch != live.place.epoch
        self._place = live.place if after is None or self._is_foreign else _whole(after, live.place)

    @property
    def is_cut(self) -> "asyncio.Future[None]":
        return self._listener.is_cut

    def end(self) -> None:
        self._listener.end()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        yield beat(self._place, random.randint(*_RETRY_MS))  # noqa: S311 - jitter is no secret
        if self._is_foreign:
            yield reset(self._place)
        timer = asyncio.get_running_loop().call_later(self._seconds, self.end) if self._seconds else None
        try:
            async for chunk in self._missed():
                yield chunk
            if self._seconds != 0:
                self._live.join(self._listener)
                async for chunk in self._listener.heard():
                    yield chunk
        except Problem:
            return  # the database is away; the client comes back
        finally:
            if timer is not None:
                timer.cancel()

    async def _missed(self) -> AsyncGenerator[bytes, None]:
        """Until the place is that of all others; between that and joining them nothing may be waited for.

        A place may be ahead of them, too: of an id given out by another process, or with a command's answer.
        """
        rested_s = 0.0
        while self._place != self._live.place and not self._listener.is_over:
            if self._is_behind():
                yield await self._next_page()
                continue
            if self._seconds == 0:
                return
            await self._listener.rest(_REST_S)
            rested_s += _REST_S
            if rested_s % _BEAT_S == 0:
                yield beat(self._place)

    async def _next_page(self) -> bytes:
        target = self._live.place
        if target.epoch != self._place.epoch:
            self._place = target
            return reset(target)
        async with self._live.reading:
            changes, ends = await changes_sql.page(self._live.database, self._place.sequences, target.sequences)
        told = tell(changes, self._place, ends)
        self._place = told.place
        return told.to(self._listener.wishes) or beat(self._place)

    def _is_behind(self) -> bool:
        target = self._live.place
        return target.epoch != self._place.epoch or any(
            self._place.sequences[partition] < sequence for partition, sequence in target.sequences.items()
        )


def _whole(after: ConsistencyToken, now: ConsistencyToken) -> ConsistencyToken:
    """The place in all partitions that there are."""
    return ConsistencyToken(now.epoch, {each: after.sequences.get(each, now.sequences[each]) for each in now.sequences})
