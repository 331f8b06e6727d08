"""Removes the bytes of a deleted medium, and of its variants, unless another medium has the same."""

from domain.media.events import MediaDeleted
from domain.media.media import Media
from engine.log.records import Recorded
from jobs.job import Job
from jobs.tools import Tools

_TIME_LIMIT_S = 120


async def perform(cause: Recorded, tools: Tools) -> None:
    """What is removed stays so."""
    media, _ = await tools.executor.load(Media, cause.stream)
    for sha256 in dict.fromkeys((media.sha256, *(variant.sha256 for variant in media.variants))):
        await tools.media_bytes.remove_unneeded(sha256)


JOB = Job("remove_media_bytes", (MediaDeleted,), perform, time_limit_s=_TIME_LIMIT_S)
