"""The bytes of media, which go when no medium needs them any more."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import IO, Any

import asyncpg

from domain.media.media import USED_BYTES
from kit.blobs.blobs import Blobs
from kit.blobs.holding import held

# '0' follows '/' in "C" order: every name that begins with the hash and a stroke.
_IS_NEEDED = "SELECT EXISTS (SELECT FROM claims WHERE kind = $1 AND value > $2 || '/' AND value < $2 || '0')"


class MediaBytes:
    """Takes bytes away, of this log's media alone.

    Args:
        blobs: where they are kept.
        pool: of the log, which knows who needs them.
        log_url: the log again: what is decided about is held there, against those who upload the same.
    """

    def __init__(self, blobs: Blobs, pool: "asyncpg.Pool[Any]", log_url: str) -> None:
        self._blobs, self._pool, self._log_url = blobs, pool, log_url

    async def remove_unneeded(self, sha256: str) -> bool:
        """Whether nobody needed them."""
        async with held(self._log_url, sha256):
            if await self._pool.fetchval(_IS_NEEDED, USED_BYTES, sha256):
                return False
            await self._blobs.delete(sha256)
            return True

    @asynccontextmanager
    async def copied(self, sha256: str, size_bytes: int) -> AsyncIterator[IO[bytes]]:
        """A file without a name that holds them, on disk, for as long as the context lasts.

        Raises:
            NoSuchBlob: nobody needs them any more, most likely.
        """
        with self._blobs.new_file() as file:
            async for piece in await self._blobs.read(sha256, 0, size_bytes):
                await asyncio.to_thread(file.write, piece)
            yield file

    @asynccontextmanager
    async def stored(self, files: Mapping[str, IO[bytes]]) -> AsyncIterator[None]:
        """Keeps them, by SHA-256; nobody finds them unneeded while the context lasts, which is for saying who does."""
        async with held(self._log_url, *files):
            for sha256, file in files.items():
                await self._blobs.put(sha256, file)
            yield

    def new_file(self) -> IO[bytes]:
        """See `Blobs.new_file`."""
        return self._blobs.new_file()

    async def left_over(self, before: datetime) -> AsyncIterator[str]:
        """What nobody seems to need of all that was stored before then."""
        async for kept in self._blobs.all():
            if kept.modified_at < before and not await self._pool.fetchval(_IS_NEEDED, USED_BYTES, kept.sha256):
                yield kept.sha256
