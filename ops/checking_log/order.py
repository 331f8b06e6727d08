"""Checks that events, read in order, leave nothing out: positions, sequences, appends and times."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from engine.log.partitioning import partition_of
from ops.checking_log.chain import EVENT_DIGEST
from ops.checking_log.problems import Problems

PAGE = 20_000
_COLUMNS = f"""
    position, partition, sequence, recorded_at, append_id, ends_append, partition_key, stream, {EVENT_DIGEST} AS digest
"""
_BY_POSITION = f"SELECT {_COLUMNS} FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3"  # noqa: S608 - constants
_BY_SEQUENCE = f"""
    SELECT {_COLUMNS} FROM events WHERE partition = $4 AND sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3
"""  # noqa: S608 - constants


class Row(NamedTuple):
    position: int
    partition: int
    sequence: int
    recorded_at: datetime
    append_id: UUID
    ends_append: bool
    key: str
    stream: str
    digest: bytes


async def page_by_position(database: Any, after: int, up_to: int) -> list[Row]:
    return [Row(*row) for row in await database.fetch(_BY_POSITION, after, up_to, PAGE)]


async def page_of_partition(database: Any, partition: int, after: int, up_to: int) -> list[Row]:
    return [Row(*row) for row in await database.fetch(_BY_SEQUENCE, after, up_to, PAGE, partition)]


class Order:
    """Sees every event of the log, or of one partition.

    Args:
        partitions: how many the log has.
        problems: where what is wrong is noted.
        is_whole_log: positions are dense, and appends are seen whole.
    """

    def __init__(self, partitions: int, problems: Problems, *, is_whole_log: bool) -> None:
        self._partitions, self._problems, self._is_whole_log = partitions, problems, is_whole_log
        self._position = 0
        self._sequences = [0] * partitions
        self._last: Row | None = None

    def look_at(self, rows: Collection[Row]) -> None:
        """The next events, in order.

        Raises:
            TooMany: see Problems.
        """
        sequences, position = self._sequences, self._position
        for row in rows:
            if self._is_whole_log and row.position != position + 1:
                self._problems.add(_missing("position", position, row.position))
            position = row.position
            if self._is_known(row) and row.sequence != sequences[row.partition] + 1:
                between = _missing("sequence", sequences[row.partition], row.sequence)
                self._problems.add(f"partition {row.partition}: {between} (at position {position})")
            if self._is_known(row):
                sequences[row.partition] = row.sequence
            self._compare(row, self._last)
            self._last = row
        self._position = position

    def finish(self) -> None:
        """After the last event."""
        if self._is_whole_log and self._last is not None and not self._last.ends_append:
            self._problems.add(f"position {self._last.position} is not the last of its append: the end is missing")

    def _is_known(self, row: Row) -> bool:
        return 0 <= row.partition < self._partitions

    def _compare(self, row: Row, last: Row | None) -> None:
        if row.partition != partition_of(row.key, self._partitions):
            self._problems.add(
                f"position {row.position} is in partition {row.partition}, where its key does not belong"
            )
        if last is None:
            return
        if row.recorded_at < last.recorded_at:
            self._problems.add(f"position {row.position} is recorded earlier than the event before it")
        if self._is_whole_log and (last.append_id == row.append_id) == last.ends_append:
            self._problems.add(f"the append of position {last.position} is not whole")
        if not self._is_whole_log and row.position <= last.position:
            self._problems.add(f"sequence {row.sequence} of partition {row.partition} comes before its predecessor")


def _missing(what: str, before: int, found: int) -> str:
    if found <= before:
        return f"{what} {found} comes after {before}"
    if found == before + 2:
        return f"{what} {before + 1} is missing"
    return f"{what}s {before + 1} to {found - 1} are missing"
