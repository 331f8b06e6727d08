"""A folder of backups: each a folder of its own, and beside them the one file of keys that opens all of them."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from ops.backing_up.broken import BackupRefused
from stack.home import write_whole
from stack.locking import Lock

_UNFINISHED = ".unfinished-"
_NAME = "log-%Y-%m-%dT%H%M%S.%fZ"


class Shelf:
    """`log-<time>/` is a backup, `keys.jsonl` the keys, `epoch` the last epoch that a restore gave to a log.

    `media/` has the bytes of media, shared by all backups.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.keys = path / "keys.jsonl"
        self.media = path / "media"
        self._epoch = path / "epoch"
        self._lock = Lock(path / ".lock")

    def open(self) -> None:
        """Makes the folder, for its owner's eyes alone, and keeps every other backup out as long as we live.

        Raises:
            BackupRefused: another backup is at work here.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._lock.take():
            raise BackupRefused(f"another backup is being made in {self.path}: wait for it")
        for left in self.path.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left)  # its maker died

    def close(self) -> None:
        self._lock.release()

    def begin(self) -> Path:
        """A folder for a backup in the making: nobody takes it for a whole one, whatever happens to its maker."""
        folder = self.path / f"{_UNFINISHED}{os.getpid()}"
        folder.mkdir(mode=0o700)
        return folder

    def finish(self, unfinished: Path) -> Path:
        """Gives it its name, once all that is in it is on disk."""
        finished = self.path / datetime.now(UTC).strftime(_NAME)
        _sync(unfinished)
        unfinished.rename(finished)
        _sync(self.path)
        return finished

    def newest(self) -> Path | None:
        return max(self.path.glob("log-*"), default=None, key=lambda each: each.name)

    def last_epoch(self) -> int:
        """The highest epoch that a restore from here gave out; 0 before the first."""
        try:
            return int(self._epoch.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0
        except ValueError:
            raise BackupRefused(f"{self._epoch} is damaged: it holds the last epoch, a number; repair it") from None

    def give_out(self, epoch: int) -> None:
        """Raises BackupRefused when it cannot be remembered: it could be given out again."""
        try:
            write_whole(self._epoch, f"{epoch}\n", mode=0o600)
        except OSError as problem:
            raise BackupRefused(f"the epoch cannot be remembered in {self.path}: {problem.strerror}") from problem


def _sync(folder: Path) -> None:
    """Makes the names in a folder last."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
