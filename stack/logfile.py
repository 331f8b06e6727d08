"""One JSON log file a process, of bounded size. Lines that are no JSON, such as a server's own, are wrapped."""

import contextlib
import json
import re
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

_LARGEST_BYTES = 10 * 1024 * 1024
_KEPT = 3
_LEVEL = re.compile(r"\b(DEBUG|INFO|LOG|NOTICE|WARN|WARNING|ERROR|FATAL|PANIC|CRITICAL)\b")
_LEVELS = {"LOG": "info", "NOTICE": "info", "WARN": "warning", "FATAL": "critical", "PANIC": "critical"}


class LogFile:
    """Appends lines to NAME.jsonl and keeps a few full ones as NAME.jsonl.1 and so on."""

    def __init__(self, folder: Path, name: str, *, largest_bytes: int = _LARGEST_BYTES, kept: int = _KEPT) -> None:
        self.path = folder / f"{name}.jsonl"
        self._name = name
        self._largest_bytes = largest_bytes
        self._kept = kept
        self._file = self._open()

    def write(self, line: bytes) -> None:
        """A line that the disk has no room for is dropped: a process whose words nobody takes would stand still."""
        text = line.rstrip(b"\r\n")
        if not text:
            return
        with contextlib.suppress(OSError):
            self._file.write((text if text.startswith(b"{") else self._wrap(text)) + b"\n")
            if self._file.tell() > self._largest_bytes:
                self._rotate()

    def note(self, event: str, level: str = "info") -> None:
        """A line of the supervisor's own about this process."""
        self.write(_line(self._name, event, level))

    def close(self) -> None:
        self._file.close()

    def _wrap(self, text: bytes) -> bytes:
        event = text.decode("utf-8", "replace")
        found = _LEVEL.search(event)
        word = found[1] if found else "INFO"
        return _line(self._name, event, _LEVELS.get(word, word.lower()))

    def _rotate(self) -> None:
        for number in range(self._kept - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        fresh = self._open()
        self._file.close()
        self._file = fresh

    def _open(self) -> FileIO:
        return self.path.open("ab", buffering=0)


def _line(process: str, event: str, level: str) -> bytes:
    stamp = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"event": event, "level": level, "timestamp": stamp, "process": process}).encode()
