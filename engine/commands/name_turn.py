"""Who lost a name picks the next free one in turn with the others who want one like it."""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Self

from engine.commands.stream_locks import StreamLocks
from engine.log.names import stem_of
from engine.log.records import ClaimTaken

_LONGEST_PAUSE_S = 0.01
_MOST_LOST = 100


class NameTurn:
    """The turn of one request, kept until it is through; a context manager.

    Without turns a crowd would pick the same number again and again, and each time all but one would lose it.
    """

    lost = 0
    """How often a name was lost."""

    def __init__(self, locks: StreamLocks) -> None:
        self._locks, self._left = locks, AsyncExitStack()
        self._name = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._name:
            await self._left.aclose()

    async def take(self, lost: ClaimTaken) -> None:
        """Returns when nobody else of this process picks from these names.

        At most one turn is held, so that nobody waits in a circle. Who loses again, in their turn, lost to another
        process and goes on at once; who comes from the queue waits a moment, or one process would always be late.

        Raises:
            ClaimTaken: it was lost too often.
        """
        self.lost += 1
        if self.lost > _MOST_LOST:
            raise lost
        name = f"{lost.kind} {stem_of(lost.value)}"
        if name == self._name:
            return
        await self._left.aclose()
        was_free = await self._left.enter_async_context(self._locks.turn(name))
        self._name = name
        if not was_free:
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_S))  # noqa: S311 - no secret
