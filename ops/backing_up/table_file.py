"""A table's rows in a file: PostgreSQL's COPY text as it comes, hardly smaller when zipped, for it is encrypted."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

_PIECE = 1 << 18


def file_of(folder: Path, table: str) -> Path:
    return folder / f"{table}.copy"


class TableWriter:
    """Takes what COPY sends; `write` is a coroutine function because asyncpg wants one."""

    def __init__(self, folder: Path, table: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = open(os.open(file_of(folder, table), flags, 0o600), "wb")  # noqa: PTH123, SIM115 - the mode must hold from the first moment; closed on exit

    async def write(self, copied: bytes) -> None:
        self._file.write(copied)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if error is None:
                self._file.flush()
                os.fsync(self._file.fileno())


async def copied_rows(folder: Path, table: str) -> AsyncIterator[bytes]:
    """What `TableWriter` took."""
    with file_of(folder, table).open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
