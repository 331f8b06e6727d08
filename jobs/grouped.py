"""Lets calls of many workers go to the database together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_A = TypeVar("_A")
_R = TypeVar("_R")
_MOST = 64


class Grouped(Generic[_A, _R]):
    """Calls that come while one is under way are the next one: a statement for many, and nobody waits for a timer.

    Args:
        do: answers each of those that it is asked, in order.
    """

    def __init__(self, do: Callable[[Sequence[_A]], Awaitable[Sequence[_R]]]) -> None:
        self._do = do
        self._waiting: list[tuple[_A, asyncio.Future[_R]]] = []
        self._at_work: asyncio.Task[None] | None = None

    async def ask(self, asked: _A) -> _R:
        """Raises what `do` raises, to all who asked together."""
        answer: asyncio.Future[_R] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._at_work is None:
            self._at_work = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._answer(group)
        finally:
            self._at_work = None

    async def _answer(self, group: Sequence[tuple[_A, "asyncio.Future[_R]"]]) -> None:
        try:
            found = await self._do([asked for asked, _ in group])
        except Exception as error:  # noqa: BLE001 - it is theirs who asked
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), each in zip(group, found, strict=True):
            if not answer.done():  # who asked may be gone
                answer.set_result(each)
