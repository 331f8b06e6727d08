"""Makes the smaller forms of a picture that was uploaded. Done twice, they are the same, and are said once."""

from domain.media.events import MediaUploaded
from engine.log.records import Recorded
from jobs.job import Job
from jobs.media_outcome import Outcome, record, reject, wanted
from jobs.tools import Tools
from kit.blobs.blobs import NoSuchBlob
from kit.pictures.pictures import PictureRefused

_TIME_LIMIT_S = 360
_AT_ONCE = 2


async def perform(cause: Recorded, tools: Tools) -> None:
    uploaded: MediaUploaded = cause.event
    if not uploaded.media_type.startswith("image/") or not await wanted(cause, tools):
        return
    try:
        async with tools.media_bytes.copied(uploaded.sha256, uploaded.size_bytes) as file:
            made, contents = await tools.pictures.variants(file, uploaded.media_type)
    except PictureRefused as refused:
        await reject(str(refused), cause, tools)
        return
    except NoSuchBlob:
        if await wanted(cause, tools):
            raise
        return
    with Outcome(tools) as outcome:
        outcome.add_pictures(made, contents)
        await record(outcome, made.model_dump(exclude={"variants"}), cause)


JOB = Job("picture_variants", (MediaUploaded,), perform, time_limit_s=_TIME_LIMIT_S, at_once=_AT_ONCE)
