"""A table's rows in a file: PostgreSQL's COPY text, gzipped as it comes and unzipped as it goes."""

import os
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

_GZIP = 31
_FASTEST = 1
_PIECE = 1 << 20


class TableWriter:
    """Takes what COPY sends; `write` is a coroutine function because asyncpg wants one."""

    def __init__(self, folder: Path, table: str) -> None:
        name = folder / f"{table}.copy.gz"
        self._file = open(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")  # noqa: PTH123, SIM115 - the mode must hold from the first moment; closed on exit
        self._zip = zlib.compressobj(_FASTEST, wbits=_GZIP)

    async def write(self, copied: bytes) -> None:
        self._file.write(self._zip.compress(copied))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._file.write(self._zip.flush())
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()


async def copied_rows(folder: Path, table: str) -> AsyncIterator[bytes]:
    """What `TableWriter` took."""
    unzip = zlib.decompressobj(wbits=_GZIP)
    with (folder / f"{table}.copy.gz").open("rb") as file:
        while piece := file.read(_PIECE):
            yield unzip.decompress(piece)
    yield unzip.flush()
