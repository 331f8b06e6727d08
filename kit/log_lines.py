"""Where finished log lines go: what is merely told is gathered for a moment, what warns is written at once."""

import asyncio
import atexit
import threading
from collections.abc import Callable
from typing import BinaryIO

_GATHER_S = 0.05
_MOST_LINES = 200


class GatheredLines:
    """A structlog logger of bytes. A write for each request was a tenth of a busy process's time.

    Without an event loop in the calling thread nothing is gathered. A process that is killed loses what it told in
    its last 50 ms, never a warning.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._lines: list[bytes] = []
        self._is_due = False
        atexit.register(self.flush)

    def info(self, line: bytes) -> None:
        """Written within 50 ms."""
        with self._lock:
            self._lines.append(line)
            is_waiting, self._is_due = self._is_due, True
        if not is_waiting or len(self._lines) >= _MOST_LINES:
            self._flush_soon()

    def warning(self, line: bytes) -> None:
        """Written at once, behind all that was told before."""
        with self._lock:
            self._lines.append(line)
        self.flush()

    debug = info
    error = critical = fatal = exception = warning

    def flush(self) -> None:
        with self._lock:
            lines, self._lines, self._is_due = self._lines, [], False
            if lines:
                self._file.write(b"\n".join([*lines, b""]))
                self._file.flush()

    def _flush_soon(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
            return
        if len(self._lines) >= _MOST_LINES:
            self.flush()
        else:
            loop.call_later(_GATHER_S, self.flush)


def lines_to(file: BinaryIO) -> Callable[..., GatheredLines]:
    """A structlog logger factory: every logger writes through the same gathering."""
    gathered = GatheredLines(file)
    return lambda *_: gathered
