"""Cuts a body into lines while it arrives, holding no more than one line and one chunk."""

from collections.abc import AsyncIterator, Iterator

LONGEST_LINE = (6 << 20) + (64 << 10)
"""The largest legal post body (1 MiB) with every byte escaped as six, and what goes around it."""


class TooLong:
    """Stands for a line over the limit; its bytes were dropped as they came."""


class LineCutter:
    """Give it chunks; it gives whole lines. The longest is `limit` bytes."""

    def __init__(self, limit: int = LONGEST_LINE) -> None:
        self._limit, self._parts, self._is_dropping = limit, bytearray(), False

    def feed(self, chunk: bytes) -> Iterator[bytes | TooLong]:
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            self._hold(piece)
            yield self._take()
        self._hold(rest)

    def end(self) -> Iterator[bytes | TooLong]:
        """The last line, when it has no newline behind it."""
        if self._parts or self._is_dropping:
            yield self._take()

    def _hold(self, piece: bytes) -> None:
        if self._is_dropping or len(self._parts) + len(piece) > self._limit:
            self._is_dropping = True
            self._parts.clear()
        else:
            self._parts += piece

    def _take(self) -> bytes | TooLong:
        if self._is_dropping:
            self._is_dropping = False
            return TooLong()
        line = bytes(self._parts)
        self._parts.clear()
        return line


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, bytes | TooLong]]:
    """Lines with their numbers from 1; blank ones are counted and left out."""
    cutter, number = LineCutter(), 0
    async for chunk in chunks:
        for line in cutter.feed(chunk):
            number += 1
            if isinstance(line, TooLong) or line.strip():
                yield number, line
    for line in cutter.end():
        yield number + 1, line
