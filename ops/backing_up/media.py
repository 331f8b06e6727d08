"""Bytes of media, beside the backups: kept once for all of them, and gone with the next one when nobody needs them."""

import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import asyncpg

from domain.media.media import USED_BYTES
from kit.blobs.blobs import key_of

_NEEDED = "SELECT DISTINCT split_part(value, '/', 1) FROM public.claims WHERE kind = $1"
_UNFINISHED = ".unfinished"


async def needed(connection: "asyncpg.Connection[Any]") -> set[str]:
    """The SHA-256 of all that media of this log consist of."""
    return {row[0] for row in await connection.fetch(_NEEDED, USED_BYTES)}


def held_in(folder: Path) -> set[str]:
    """The SHA-256 of all that lies in a folder of media."""
    return {path.name for path in folder.glob("[0-9a-f][0-9a-f]/*") if not path.name.startswith(_UNFINISHED)}


def carry(source: Path, target: Path, names: Collection[str]) -> list[str]:
    """Copies what the target lacks; gives what the source lacks too."""
    missing = set(names) - held_in(target)
    lost = sorted(missing - held_in(source))
    for name in sorted(missing.difference(lost)):
        _copy(source / key_of(name), target / key_of(name))
    return lost


def forget(folder: Path, kept: Collection[str]) -> None:
    """What was deleted is not kept in backups either."""
    for name in held_in(folder).difference(kept):
        (folder / key_of(name)).unlink()


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all, for its owner's eyes alone."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(f"{_UNFINISHED}-{target.name}")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as read, os.fdopen(opened, "wb") as file:
        shutil.copyfileobj(read, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(target)
