"""Makes a film that every browser plays of one that was uploaded, and pictures of it.

Done twice, it is the same film, and is said once. What a worker that died had made of it is gone with the worker.
"""

import asyncio
from typing import IO

from domain.media.events import MediaUploaded
from engine.log.records import Recorded
from jobs.job import Job, Retry
from jobs.media_outcome import Outcome, look_into, record
from jobs.tools import Tools
from kit.films.probe import Probe

_TIME_LIMIT_S = 4 * 60 * 60
_TOLD_EVERY_S = 2.0
_FEW = Retry(first_s=120, most=5)
"""One that takes all of its time, each time, must not keep the others waiting for days."""


async def perform(cause: Recorded, tools: Tools) -> None:
    uploaded: MediaUploaded = cause.event
    if uploaded.media_type.startswith("video/"):
        await look_into(cause, tools, _make)


async def _make(file: IO[bytes], cause: Recorded, tools: Tools) -> None:
    media_bytes, media_type = tools.media_bytes, cause.event.media_type
    found = await tools.films.probe(file, media_type)
    with media_bytes.new_file() as film, media_bytes.new_file() as poster, Outcome(tools) as outcome:
        made = await _converted(file, media_type, film, found, tools)
        await tools.films.picture(film, poster)
        pictures, contents = await tools.pictures.variants(poster, "image/png")
        outcome.add_file("video.mp4", "video/mp4", film, width=made.width, height=made.height)
        outcome.add_pictures(pictures, contents)
        large = next(each for each in outcome.variants if each.name == "large.jpg")
        outcome.variants.append(large.model_copy(update={"name": "poster.jpg"}))
        glance = {"colour": pictures.colour, "placeholder": pictures.placeholder}
        size = {"width": made.width, "height": made.height, "duration_ms": made.duration_ms}
        await record(outcome, glance | size, cause)


async def _converted(file: IO[bytes], media_type: str, film: IO[bytes], found: Probe, tools: Tools) -> Probe:
    place = [0]
    telling = asyncio.create_task(_tell(place, found.duration_ms, tools))
    try:
        return await tools.films.convert(file, media_type, film, lambda ms: place.__setitem__(0, ms))
    finally:
        telling.cancel()


async def _tell(place: list[int], total_ms: int | None, tools: Tools) -> None:
    while True:
        await tools.progress(place[0], total_ms)
        await asyncio.sleep(_TOLD_EVERY_S)


JOB = Job(
    "film_variants",
    (MediaUploaded,),
    perform,
    time_limit_s=_TIME_LIMIT_S,
    queue="heavy",
    retry=_FEW,
    at_once=1,
)
