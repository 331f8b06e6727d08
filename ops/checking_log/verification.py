"""Verifies a log: that nothing is missing, and which hash each partition's history has."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from engine.log.reader import LogHead, LogReader
from ops.checking_log import order
from ops.checking_log.chain import Chain, PartitionHash
from ops.checking_log.cursors import check_cursors
from ops.checking_log.order import Order, Row
from ops.checking_log.problems import Problems, TooMany
from ops.checking_log.versions import check_versions


@dataclass(frozen=True, slots=True)
class LogReport:
    epoch: int
    position: int
    """Of the last event that was looked at; sequence, when only a partition was."""
    events: int
    problems: list[str]
    partitions: list[PartitionHash]

    @property
    def is_whole(self) -> bool:
        return not self.problems


@dataclass(slots=True)
class Verification:
    """One look at a log. Pages are statements of their own, so that nothing holds a snapshot.

    Args:
        database: a pool or a connection whose role may read the log.
        reference: hashes that the log had once; it may have grown since.
        on_progress: told how many events were read.
        at_once: how many pages to ask for at a time; a connection, unlike a pool, takes one.
    """

    database: Any
    reference: Mapping[int, PartitionHash] = field(default_factory=dict)
    on_progress: Callable[[int], None] = lambda _: None
    at_once: int = 1
    _chain: Chain = field(default_factory=Chain, init=False)
    _problems: Problems = field(default_factory=Problems, init=False)
    _events: int = field(default=0, init=False)

    async def of_all(self) -> LogReport:
        """Events up to the present head, in the order of positions; then each stream; then who reads them."""
        head = await LogReader(self.database).head()
        seen = Order(head.partitions, self._problems, is_whole_log=True)
        try:
            async with aclosing(self._pages(head.position)) as pages:
                async for rows in pages:
                    self._add(rows, seen)
            seen.finish()
            self._compare_ends()
            await check_versions(self.database, head.position, self._problems)
            await check_cursors(self.database, self._problems)
        except TooMany:
            pass
        return self._report(head, head.position)

    async def _pages(self, end: int) -> AsyncGenerator[list[Row], None]:
        """In order. Hashing is the database's work: each page that is asked for at once takes one of its processes."""
        ahead: deque[asyncio.Task[list[Row]]] = deque()
        try:
            for after in range(0, end, order.PAGE):
                up_to = min(after + order.PAGE, end)
                ahead.append(asyncio.create_task(order.page_by_position(self.database, after, up_to)))
                if len(ahead) == self.at_once:
                    yield await ahead.popleft()
            while ahead:
                yield await ahead.popleft()
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def of_partition(self, partition: int) -> LogReport:
        """Its events in the order of sequences."""
        head = await LogReader(self.database).head()
        seen, end, after = Order(head.partitions, self._problems, is_whole_log=False), head.sequences[partition], 0
        self.reference = {number: each for number, each in self.reference.items() if number == partition}
        try:
            while rows := await order.page_of_partition(self.database, partition, after, end):
                self._add(rows, seen)
                after = rows[-1].sequence
            self._compare_ends()
        except TooMany:
            pass
        return self._report(head, end)

    def _add(self, rows: list[Row], seen: Order) -> None:
        seen.look_at(rows)
        add, reference = self._chain.add, self.reference
        for row in rows:
            add(row.partition, row.sequence, row.digest)
            once = reference.get(row.partition)
            if once and once.sequence == row.sequence and once.hash != self._chain.hash_of(row.partition):
                self._problems.add(f"partition {row.partition} has another history up to sequence {row.sequence}")
        self._events += len(rows)
        self.on_progress(len(rows))

    def _compare_ends(self) -> None:
        reached = {each.partition: each.sequence for each in self._chain.hashes()}
        for once in self.reference.values():
            if reached.get(once.partition, 0) < once.sequence:
                end = reached.get(once.partition, 0)
                self._problems.add(f"partition {once.partition} ends at sequence {end}, once it had {once.sequence}")

    def _report(self, head: LogHead, end: int) -> LogReport:
        return LogReport(head.epoch, end, self._events, self._problems.found, self._chain.hashes())
