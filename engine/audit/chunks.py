"""Things that come one by one, some at a time."""

from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def chunks(things: AsyncIterator[T], size: int) -> AsyncIterator[list[T]]:
    chunk: list[T] = []
    async for thing in things:
        chunk.append(thing)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
