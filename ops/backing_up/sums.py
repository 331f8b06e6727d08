"""SHA-256 sums of a backup's files, as `sha256sum -c SHA256SUMS` checks them too."""

import hashlib
import os
import re
from pathlib import Path

from ops.backing_up.broken import BackupRefused

SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_.]+)")


def write_sums(folder: Path) -> None:
    """Written last: without it a folder is no backup."""
    lines = [f"{_sum(path)}  {path.name}\n" for path in sorted(folder.iterdir())]
    with open(os.open(folder / SUMS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123 - the mode must hold from the first moment
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def require_sums(folder: Path) -> None:
    """Reads every file.

    Raises:
        BackupRefused: a file is not what it was, is missing, or is one too many.
    """
    expected = _read(folder)
    found = {path.name for path in folder.iterdir()} - {SUMS}
    for name in sorted(expected.keys() ^ found):
        raise BackupRefused(f"{folder / name} is {'missing' if name in expected else 'not part of the backup'}")
    for name, expected_sum in expected.items():
        if _sum(folder / name) != expected_sum:
            raise BackupRefused(f"{folder / name} is damaged: its SHA-256 is not what {SUMS} says")


def _read(folder: Path) -> dict[str, str]:
    try:
        text = (folder / SUMS).read_text(encoding="ascii")
    except FileNotFoundError:
        raise BackupRefused(f"{folder} is no backup: it has no {SUMS}") from None
    except UnicodeDecodeError:
        raise BackupRefused(f"{folder / SUMS} is damaged") from None
    lines = [_LINE.fullmatch(line) for line in text.removesuffix("\n").split("\n")]
    if not text.endswith("\n") or not all(lines):
        raise BackupRefused(f"{folder / SUMS} is damaged")
    return {line[2]: line[1] for line in lines if line}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
