"""Files that are there whole or not at all, and that their owner alone may read."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

STANDARD = "-"


@contextmanager
def new_file(name: str) -> Iterator[IO[bytes]]:
    """For writing; `-` is standard output.

    Raises:
        FileExistsError: nothing is ever overwritten.
    """
    if name == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    if path.exists():
        raise FileExistsError(f"{path} exists already")
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - the mode must hold from the first moment
            yield file
            file.flush()
            os.fsync(file.fileno())
        # fails when another has made the file meanwhile
        os.link(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def old_file(name: str) -> Iterator[IO[bytes]]:
    """For reading; `-` is standard input."""
    if name == STANDARD:
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file
