"""Removes bytes that were stored for an event that never came, once nobody can be about to write it."""

from datetime import datetime, timedelta

import structlog

from jobs.job import Job, Tick
from jobs.media_bytes import MediaBytes
from jobs.tools import Tools
from kit import clock

_logger = structlog.get_logger()
GRACE = timedelta(days=1)


async def perform(_tick: Tick, tools: Tools) -> None:
    """Several at once do no harm: each hash is held while it is decided about."""
    removed = await sweep(tools.media_bytes, clock.now() - GRACE)
    _logger.info("media swept", removed=removed)


async def sweep(media_bytes: MediaBytes, before: datetime) -> int:
    """How many were removed, of those stored before then."""
    removed = 0
    async for sha256 in media_bytes.left_over(before):
        removed += await media_bytes.remove_unneeded(sha256)
    return removed


JOB = Job("media_sweep", (), perform, time_limit_s=3600, at_once=1, queue="heavy")
