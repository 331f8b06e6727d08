"""One line that says how far a long command is and how fast."""

import sys
import time


class Progress:
    """Prints at most once a second; on a terminal it overwrites its line."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what, self._total = what, total
        self._started = self._printed = time.monotonic()
        self._count = 0

    @property
    def seconds(self) -> float:
        return max(time.monotonic() - self._started, 1e-9)

    def add(self, count: int = 1) -> None:
        self._count += count
        now = time.monotonic()
        if now - self._printed >= 1:
            self._printed = now
            self._print()

    def finish(self) -> None:
        self._print()
        if sys.stderr.isatty():
            print(file=sys.stderr)

    def _print(self) -> None:
        of_total = f" of {self._total:,}" if self._total else ""
        line = f"{self._count:,}{of_total} {self._what}, {self._count / self.seconds:,.0f}/s"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)
