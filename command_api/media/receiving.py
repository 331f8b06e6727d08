"""Takes in a body of any length: counted, hashed and put on disk while it arrives, told by its first bytes."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import IO

from starlette.requests import ClientDisconnect

from command_api.media.uploads import Uploads
from domain.command import StoredBytes
from kit.http.problems import Problem
from kit.media.found import Damaged
from kit.media.inspection import TooManyPixels, inspect
from kit.media.kinds import KINDS, LOOKED_AT, Kind, kind_of

MOST_PIXELS = 50_000_000
_PIECE_BYTES = 1 << 20
_IDLE_S = 60.0
_CLOSE = {"Connection": "close"}
"""Tells the client to stop sending what nobody will read."""


class Receiving:
    """One body on its way into a file. Nothing of it outlives the file.

    Raises, from every method:
        Problem: 400, 408, 413, 415, 422.
    """

    def __init__(self, uploads: Uploads, file: IO[bytes], declared_bytes: int) -> None:
        self._uploads, self._file, self._declared_bytes = uploads, file, declared_bytes
        self._sum, self._size_bytes, self._piece = hashlib.sha256(), 0, bytearray()
        self._kind: Kind | None = None

    async def receive(self, chunks: AsyncIterator[bytes]) -> StoredBytes:
        """All of it, looked over."""
        self._require_size(self._declared_bytes, self._uploads.longest_bytes)
        try:
            async for chunk in timely(chunks):
                self._piece += chunk
                if self._kind is None and len(self._piece) >= LOOKED_AT:
                    self._kind = self._told()
                limit = self._uploads.most_bytes(self._kind) if self._kind else self._uploads.longest_bytes
                self._require_size(self._size_bytes + len(self._piece), limit)
                if len(self._piece) >= _PIECE_BYTES:
                    await self._put_away()
        except ClientDisconnect:
            raise Problem(400, "UploadCut", "The upload ended too early; nothing was kept.") from None
        self._kind = self._kind or self._told()
        self._require_size(self._size_bytes + len(self._piece), self._uploads.most_bytes(self._kind))
        await self._put_away()
        return await asyncio.to_thread(self._looked_over, self._kind)

    def _told(self) -> Kind:
        kind = kind_of(bytes(self._piece[:LOOKED_AT]))
        if kind is None:
            known = ", ".join(KINDS)
            raise Problem(415, "UnsupportedMediaType", f"Its first bytes are of none of {known}.", headers=_CLOSE)
        self._require_size(self._declared_bytes, self._uploads.most_bytes(kind))
        return kind

    async def _put_away(self) -> None:
        piece, self._piece = bytes(self._piece), bytearray()
        await asyncio.to_thread(self._write, piece)
        self._size_bytes += len(piece)

    def _write(self, piece: bytes) -> None:
        self._sum.update(piece)
        rest = memoryview(piece)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _looked_over(self, kind: Kind) -> StoredBytes:
        try:
            size = inspect(self._file, kind, MOST_PIXELS)
        except Damaged as reason:
            detail = f"This is no whole {kind.media_type}: {reason}. Save it anew and send that."
            raise Problem(422, "DamagedMedia", detail) from None
        except TooManyPixels as found:
            detail = f"It has {found} pixels; up to {MOST_PIXELS} are taken."
            raise Problem(422, "TooManyPixels", detail) from None
        width, height = size or (None, None)
        return StoredBytes(self._sum.hexdigest(), kind.media_type, self._size_bytes, width, height)

    @staticmethod
    def _require_size(size_bytes: int, limit: int) -> None:
        if size_bytes > limit:
            raise Problem(413, "BodyTooLarge", f"Up to {limit} bytes of this are taken.", headers=_CLOSE)


async def timely(chunks: AsyncIterator[bytes], *, idle_s: float = _IDLE_S) -> AsyncIterator[bytes]:
    """Whoever sends nothing for long is not waited for."""
    while True:
        try:
            async with asyncio.timeout(idle_s):
                chunk = await anext(chunks, None)
        except TimeoutError:
            raise Problem(408, "UploadTooSlow", "Nothing came for a minute; begin again.", headers=_CLOSE) from None
        if chunk is None:
            return
        yield chunk
