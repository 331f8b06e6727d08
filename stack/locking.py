"""The lock that makes one supervisor the only one of its home. The kernel lets it go when its holder dies."""

import fcntl
import os
import time
from pathlib import Path


class Lock:
    """Held for as long as the process lives, whatever kills it: a stale file therefore means nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def take(self) -> bool:
        """Whether it is ours now. Its file then says who we are."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file
        return True

    def release(self) -> None:
        os.close(self._file)


def holder(path: Path) -> int | None:
    """The process that holds the lock; None when nobody does."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _said_by_holder(path) or holder(path)
    else:
        return None
    finally:
        os.close(file)


def _said_by_holder(path: Path) -> int | None:
    """Its number, which it writes a moment after it took the lock."""
    for _ in range(100):
        text = path.read_text(encoding="ascii")
        if text:
            return int(text)
        time.sleep(0.01)
    return None
