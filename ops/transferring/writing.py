"""Writes a log as it is stored, page by page, with a seal at the end."""

from collections.abc import AsyncIterator, Callable
from typing import IO, Any

from engine.log.reader import LogReader
from ops.checking_log.chain import EVENT_DIGEST, Chain
from ops.transferring.lines import COLUMNS, FORMAT, Damaged, Head, Seal, line_of

_PAGE_BYTES = 8 << 20
_PAGE_EVENTS = 5_000
_PAGE = f"""
    SELECT {", ".join(COLUMNS)}, {EVENT_DIGEST} AS digest FROM (
        SELECT *, sum(octet_length(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)
                  - octet_length(data) AS bytes_before
          FROM (SELECT * FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3) AS page
    ) AS measured
    WHERE bytes_before < $4 ORDER BY position
"""  # noqa: S608 - made of constants


class LogWriter:
    """Writes to a file. Every page is a statement of its own: nothing holds a snapshot on the log.

    Args:
        database: a pool or a connection whose role may read the log.
        on_progress: told how many events were written.
    """

    def __init__(self, database: Any, file: IO[bytes], on_progress: Callable[[int], None] = lambda _: None) -> None:
        self._database, self._file, self._on_progress = database, file, on_progress
        self._seal, self._chain = Seal(), Chain()

    async def write(self, first: int = 1, last: int | None = None) -> int:
        """Writes positions from `first` to `last` (the head); gives how many there were.

        Raises:
            Damaged: the log lacks a position.
        """
        log = await LogReader(self._database).head()
        head = Head(log.epoch, log.partitions, first, log.position if last is None else min(last, log.position))
        self._write(line_of({"palimpsest_log": FORMAT, **head._asdict()}))
        count = 0
        async for rows in self._pages(head):
            for row in rows:
                *_, digest = row
                self._write(line_of(dict(zip(COLUMNS, row, strict=False))))
                self._chain.add(row["partition"], row["sequence"], digest)
            count += len(rows)
            self._on_progress(len(rows))
        self._file.write(
            line_of({"palimpsest_log_end": FORMAT, "sha256": self._seal.hash, "partitions": self._hashes(head)})
        )
        return count

    async def _pages(self, head: Head) -> AsyncIterator[list[Any]]:
        after = head.first - 1
        while after < head.last:
            rows = await self._database.fetch(_PAGE, after, head.last, _PAGE_EVENTS, _PAGE_BYTES)
            if [row["position"] for row in rows] != list(range(after + 1, after + 1 + len(rows))) or not rows:
                raise Damaged(f"the log lacks an event after position {after}: see `palimpsest log verify`")
            after += len(rows)
            yield rows

    def _write(self, line: bytes) -> None:
        self._file.write(self._seal.add(line))

    def _hashes(self, head: Head) -> list[dict[str, Any]]:
        """None for a part of the log: they begin with the first event."""
        return [each._asdict() for each in self._chain.hashes()] if head.first == 1 else []
