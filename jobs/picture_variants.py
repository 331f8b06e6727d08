"""Makes the smaller forms of a picture that was uploaded. Done twice, they are the same, and are said once."""

from typing import IO

from domain.media.events import MediaUploaded
from engine.log.records import Recorded
from jobs.job import Job
from jobs.media_outcome import Outcome, look_into, record
from jobs.tools import Tools

_TIME_LIMIT_S = 360
_AT_ONCE = 2


async def perform(cause: Recorded, tools: Tools) -> None:
    uploaded: MediaUploaded = cause.event
    if uploaded.media_type.startswith("image/"):
        await look_into(cause, tools, _make)


async def _make(file: IO[bytes], cause: Recorded, tools: Tools) -> None:
    made, contents = await tools.pictures.variants(file, cause.event.media_type)
    with Outcome(tools) as outcome:
        outcome.add_pictures(made, contents)
        await record(outcome, made.model_dump(exclude={"variants"}), cause)


JOB = Job("picture_variants", (MediaUploaded,), perform, time_limit_s=_TIME_LIMIT_S, at_once=_AT_ONCE)
