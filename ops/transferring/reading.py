"""Reads what was exported, line by line, and knows at the end whether it was whole."""

from collections.abc import AsyncIterator, Iterator
from typing import IO, Any

from ops.checking_log.chain import PartitionHash
from ops.transferring.lines import Damaged, EventLine, Head, Seal, event_of, fields_of

_LONGEST_LINE = 64 << 20


class SealedLines:
    """The lines between a head and a seal. `seal` is set once all have been read."""

    def __init__(self, file: IO[bytes], head_kind: str, seal_kind: str) -> None:
        self._file, self._seal_kind, self._hash = file, seal_kind, Seal()
        self.head = fields_of(self._hash.add(self._line()), head_kind)
        self.seal: dict[str, Any] = {}

    def __iter__(self) -> Iterator[bytes]:
        """Raises Damaged when the seal is missing, is not the last line, or does not fit what was read."""
        mark = b'{"%s":' % self._seal_kind.encode()
        while not (line := self._line()).startswith(mark):
            yield self._hash.add(line)
        self.seal = fields_of(line, self._seal_kind)
        if self.seal.get("sha256") != self._hash.hash or self._file.read(1):
            raise Damaged("it is not what was written: its hash is another")

    def _line(self) -> bytes:
        line = self._file.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise Damaged("it ends before its end")
        return line


class ExportedLog:
    """A log that is being read; its head is known from the start, its hashes at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._lines = SealedLines(file, "palimpsest_log", "palimpsest_log_end")
        try:
            self.head = Head(**self._lines.head)
        except TypeError as problem:
            raise Damaged("its first line says too little") from problem

    async def events(self) -> AsyncIterator[EventLine]:
        """In order.

        Raises:
            Damaged: see SealedLines, or positions are not dense.
        """
        position = self.head.first - 1
        for line in self._lines:
            event = event_of(line)
            position += 1
            if event.position != position:
                raise Damaged(f"position {position} is missing")
            yield event
        if position != self.head.last:
            raise Damaged(f"it ends at position {position} and should at {self.head.last}")

    def hashes(self) -> dict[int, PartitionHash]:
        """Of each partition, after the last event.

        Raises:
            Damaged: there are none, or they are something else.
        """
        try:
            return {each["partition"]: PartitionHash(**each) for each in self._lines.seal["partitions"]}
        except (KeyError, TypeError) as problem:
            raise Damaged("it has no hashes of partitions") from problem
