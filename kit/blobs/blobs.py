"""Keeps bytes under their SHA-256: stored whole or not at all, read in part, listed by age."""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, NamedTuple

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from kit.blobs.places import place_of

_CHUNK_BYTES = 5 << 20
"""The smallest part that S3 takes."""
_AT_ONCE = 2
_PIECE_BYTES = 1 << 20
_KEY = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})")


class NoSuchBlob(Exception):  # noqa: N818 - named for the fact
    """Nothing is stored under this SHA-256."""


class BlobsUnavailable(Exception):  # noqa: N818 - named for the fact
    """The store cannot be reached, or refuses."""


class Kept(NamedTuple):
    sha256: str
    modified_at: datetime


class Blobs:
    """Where bytes are kept.

    Args:
        url: see `places.place_of`.

    Raises, from every method:
        BlobsUnavailable.
    """

    def __init__(self, url: str) -> None:
        self._place = place_of(url)

    @cached_property
    def _store(self) -> ObjectStore:
        return self._place.open()

    def new_file(self) -> IO[bytes]:
        """A file without a name, which is gone when it is closed and when the process dies, however that happens.

        It lies on the disk of the folder, or where the machine keeps temporary files when there is no folder.
        """
        with _reaching():
            _ = self._store  # its folder is there now
            return tempfile.TemporaryFile(dir=self._place.folder, buffering=0)

    async def put(self, sha256: str, file: IO[bytes]) -> None:
        """Stores a file; to store what is there again is no harm, and makes it young again."""
        file.seek(0)
        with _reaching():
            await obstore.put_async(
                self._store, key_of(sha256), file, chunk_size=_CHUNK_BYTES, max_concurrency=_AT_ONCE, use_multipart=True
            )
        if self._place.folder is not None:
            await asyncio.to_thread(_make_last, self._place.folder / key_of(sha256))

    async def read(self, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`, piece by piece as the reader takes them, however slowly.

        Raises:
            NoSuchBlob: before the first of them.
        """
        first = await self._piece(sha256, start, end)
        return self._pieces(sha256, first, start, end)

    async def _pieces(self, sha256: str, piece: bytes, start: int, end: int) -> AsyncIterator[bytes]:
        yield piece
        for at in range(start + _PIECE_BYTES, end, _PIECE_BYTES):
            yield await self._piece(sha256, at, end)

    async def _piece(self, sha256: str, start: int, end: int) -> bytes:
        upto = min(end, start + _PIECE_BYTES)
        with _reaching():
            return bytes(await obstore.get_range_async(self._store, key_of(sha256), start=start, end=upto))

    async def delete(self, sha256: str) -> None:
        """What is not there is deleted already."""
        try:
            with _reaching():
                await obstore.delete_async(self._store, key_of(sha256))
        except NoSuchBlob:
            pass

    async def all(self) -> AsyncIterator[Kept]:
        """Everything that is kept, in no order."""
        with _reaching():
            async for page in obstore.list(self._store, chunk_size=500):
                for each in page:
                    if found := _KEY.fullmatch(each["path"]):
                        yield Kept(found[1], each["last_modified"])


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NoSuchBlob from error
    except (BaseError, OSError) as error:
        raise BlobsUnavailable(type(error).__name__) from error


def key_of(sha256: str) -> str:
    """The path, in a folder or a bucket."""
    return f"{sha256[:2]}/{sha256}"


def _make_last(path: Path) -> None:
    """Puts the file and its name on disk, before an event says that it is there."""
    for each in (path, path.parent, path.parent.parent):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
