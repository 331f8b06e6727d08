"""The folder that holds everything of one stack: data, secrets, logs, mails and what runs now."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from stack.problem import ExitCode, StackProblem

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below $PALIMPSEST_HOME."""

    path: Path

    @property
    def state(self) -> Path:
        return self.path / "stack.json"

    @property
    def lock(self) -> Path:
        return self.path / "stack.lock"

    @property
    def ports(self) -> Path:
        return self.path / "ports.json"

    @property
    def secrets(self) -> Path:
        return self.path / "secrets"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    @property
    def media(self) -> Path:
        return self.path / "media"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    def server(self, name: str) -> Path:
        return self.path / "servers" / name

    def open(self, min_free_mb: int) -> None:
        """Makes the folders.

        Raises:
            StackProblem: we may not write there, or the disk is nearly full.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for folder, mode in ((self.secrets, 0o700), (self.logs, 0o700), (self.path / "servers", 0o711)):
                folder.mkdir(mode=mode, exist_ok=True)
        except OSError as problem:
            raise _not_ours(self.path, problem.strerror or str(problem)) from problem
        if not os.access(self.path, os.W_OK | os.X_OK) or not os.access(self.secrets, os.W_OK | os.X_OK):
            raise _not_ours(self.path, "it is read-only, or its owner is another account")
        free_mb = shutil.disk_usage(self.path).free // _MIB
        if free_mb < min_free_mb:
            raise StackProblem(
                f"{self.path} has {free_mb} MB of free disk, and {min_free_mb} MB are wanted: free some, choose "
                "another PALIMPSEST_HOME, or lower PALIMPSEST_MIN_FREE_MB",
                ExitCode.MACHINE,
            )


def _not_ours(path: Path, reason: str) -> StackProblem:
    return StackProblem(
        f"cannot write to {path}: {reason}. Set PALIMPSEST_HOME to a folder that you may write to", ExitCode.MACHINE
    )


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Replaces a file's text in one step, so that nobody ever reads half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:  # noqa: PTH123 - the mode must hold from the first moment
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
