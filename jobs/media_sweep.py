"""Removes bytes that were stored for an event that never came, once nobody can be about to write it."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import structlog

from jobs.media_bytes import MediaBytes
from kit import clock
from kit.blobs.blobs import BlobsUnavailable

_logger = structlog.get_logger()
GRACE = timedelta(days=1)
_EVERY_S = 3600.0


class MediaSweep:
    """Turns every hour. Several at once do no harm: each hash is held while it is decided about."""

    def __init__(self, media_bytes: MediaBytes) -> None:
        self._media_bytes = media_bytes

    async def run(self) -> None:
        while True:
            try:
                await self.sweep(clock.now() - GRACE)
            except (OSError, TimeoutError, BlobsUnavailable, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _logger.warning("media cannot be swept; it is tried again", cause=type(error).__name__)
            await asyncio.sleep(_EVERY_S)

    async def sweep(self, before: datetime) -> int:
        """How many were removed, of those stored before then."""
        removed = 0
        async for sha256 in self._media_bytes.left_over(before):
            removed += await self._media_bytes.remove_unneeded(sha256)
        if removed:
            _logger.info("media swept", removed=removed)
        return removed
