"""Where servers of tests keep their data: in memory where there is room, since no test needs to outlive the machine."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")  # noqa: S108 - only we may look into what mkdtemp makes there, and servers that we let
_PREFIX, _FRESH = "palimpsest-tests-", "palimpsest-fresh-"
_ROOM_BYTES = 6 << 30
_LINES = (".log", ".jsonl")


@contextmanager
def quick_folder(otherwise: Path) -> Iterator[Path]:
    """A folder in memory, whose lines are kept in `otherwise`; or `otherwise` where memory is short.

    PALIMPSEST_TEST_DISK=1 keeps all on disk.
    """
    if os.environ.get("PALIMPSEST_TEST_DISK") == "1" or _room() < _ROOM_BYTES:
        yield otherwise
        return
    _clear_what_killed_runs_left()
    fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=_MEMORY))
    fresh.chmod(0o711)  # servers have an account of their own
    held = _hold(fresh)
    folder = fresh.rename(_MEMORY / fresh.name.replace(_FRESH, _PREFIX))  # nobody finds it before it is held
    try:
        yield folder
    finally:
        _keep_lines(folder, otherwise)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _room() -> int:
    return min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available) if _MEMORY.is_dir() else 0


def _hold(folder: Path) -> int:
    """Locks it for as long as this process lives.

    Raises:
        BlockingIOError: another process holds it.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle


def _clear_what_killed_runs_left() -> None:
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        try:
            held = _hold(folder)
        except OSError:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _keep_lines(folder: Path, otherwise: Path) -> None:
    for path in folder.rglob("*"):
        if path.suffix in _LINES and path.is_file():
            kept = otherwise / path.relative_to(folder)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, kept)
