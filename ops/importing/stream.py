"""An export file as it is read: a bounded stream, whatever it was packed in."""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from ops.importing.unreadable import Unreadable

MAX_BYTES = 8 << 30
"""What a file may unpack to."""
MAX_PIECE_BYTES = 8 << 20
"""What may be read before it makes sense: one tag, one text of a JSON document."""
_HEAD_BYTES = 4096
_IN_MEMORY_BYTES = 4 << 20


@contextmanager
def copied(stream: "ExportStream") -> Iterator[IO[bytes]]:
    """All of it, to be read twice: an archive is read in one go."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as copy:
        while piece := stream.read():
            copy.write(piece)
            stream.settle()
        copy.seek(0)
        yield copy


class ExportStream:
    """Reads on as long as `settle` says, now and then, that what was read made sense."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self._source = gzip.GzipFile(fileobj=source) if name.lower().endswith(".gz") else source
        self._left, self._piece = MAX_BYTES, 0
        self.head = self._taken(_HEAD_BYTES)
        self._unread = self.head

    def read(self, size: int = 1 << 16) -> bytes:
        """Up to so many bytes; none at the end.

        Raises:
            Unreadable: broken, or beyond a limit.
        """
        if not size:
            return b""
        found, self._unread = self._unread or self._taken(size), b""
        self._piece += len(found)
        if self._piece > MAX_PIECE_BYTES:
            raise Unreadable(f"a single value or tag of it is larger than {MAX_PIECE_BYTES >> 20} MiB")
        return found

    def settle(self) -> None:
        self._piece = 0

    def _taken(self, size: int) -> bytes:
        try:
            found = self._source.read(size)
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as problem:
            raise Unreadable(f"it is broken: {problem}") from problem
        self._left -= len(found)
        if self._left < 0:
            raise Unreadable("it unpacks to more than an export may have")
        return found
