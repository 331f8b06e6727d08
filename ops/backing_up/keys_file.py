"""The file of keys: what opens a backup, or signs somebody in. One line a row; whole or refused."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from ops.backing_up.broken import BackupRefused
from ops.backing_up.manifest import FORMAT, Moment


class KeysHeader(BaseModel):
    """The first line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    moment: Moment
    secret: str
    """The platform's secret (PALIMPSEST_SECRET); empty when the backup was not told."""


class KeysWriter:
    """Replaces the file in one step when the context is left well."""

    def __init__(self, path: Path, header: KeysHeader) -> None:
        self._path, self._unfinished = path, path.with_name(f".{path.name}.unfinished")
        self._unfinished.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = open(os.open(self._unfinished, flags, 0o600), "wb")  # noqa: PTH123, SIM115 - the mode must hold from the first moment; closed on exit
        self._hash, self._rows = hashlib.sha256(), 0
        self._line(header.model_dump_json().encode())

    def add(self, table: str, row: str) -> None:
        """`row`: JSON."""
        self._line(b'{"table":"%s","row":%s}' % (table.encode(), row.encode()))
        self._rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if error is None:
                self._line(orjson.dumps({"rows": self._rows, "sha256": self._hash.hexdigest()}))
                self._file.flush()
                os.fsync(self._file.fileno())
        if error is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink()

    def _line(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        self._hash.update(line + b"\n")


class KeysFile:
    """One that was written before. Making it reads it to its end.

    Raises:
        BackupRefused: it is missing, damaged, or newer than this code.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.header = self._whole()
        except FileNotFoundError:
            raise BackupRefused(f"there is no {path}: without the keys nothing personal can be read") from None
        except (ValueError, KeyError, TypeError):
            raise BackupRefused(f"{path} is damaged, or was made by newer code") from None
        if self.header.format != FORMAT:
            raise BackupRefused(f"{path} has format {self.header.format} and this code knows {FORMAT}: use newer code")

    def rows(self) -> Iterator[tuple[str, Any]]:
        """(table, row) each."""
        with self.path.open("rb") as file:
            next(file)
            for line in file:
                content = orjson.loads(line)
                if "table" in content:
                    yield content["table"], content["row"]

    def _whole(self) -> KeysHeader:
        """Raises ValueError and its like for anything that was not written by `KeysWriter`."""
        digest, rows, last = hashlib.sha256(), -2, b""
        with self.path.open("rb") as file:
            for line in file:
                digest.update(last)
                rows, last = rows + 1, line
            file.seek(0)
            first = next(file, b"")
        if last != orjson.dumps({"rows": rows, "sha256": digest.hexdigest()}) + b"\n":
            raise ValueError("the last line does not say what the lines before it are")
        try:
            return KeysHeader.model_validate_json(first)
        except ValidationError as error:
            raise ValueError("the first line is no header") from error
