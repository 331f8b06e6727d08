"""Films that every browser plays: made by a worker that may die at any moment."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import psutil
import pytest

from domain.media.events import MediaProcessed, MediaUploaded
from jobs import film_variants
from jobs.backoff import pause_s
from tests.films import corpus
from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.test_picture_variants import Darkroom, opened_darkroom
from tests.jobs.waiting import until_found
from tests.servers import Database

FILM = "a WebM of VP8 and Vorbis"


@pytest.fixture
async def darkroom(accounts: Accounts, log_database: Database, tmp_path: Path) -> AsyncIterator[Darkroom]:
    async with opened_darkroom(accounts, log_database, tmp_path / "media") as opened:
        yield opened


async def perform(darkroom: Darkroom, media: object) -> None:
    [cause] = [each for each in await darkroom.events(media) if isinstance(each.event, MediaUploaded)]  # type: ignore[arg-type]
    await film_variants.perform(cause, darkroom.tools)


async def test_a_film_gets_one_that_plays_everywhere_and_pictures_once(darkroom: Darkroom) -> None:
    media = await darkroom.upload(corpus.film(FILM), "video/webm")
    for _ in range(2):
        await perform(darkroom, media)
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaProcessed"]
    processed: MediaProcessed = (await darkroom.events(media))[-1].event
    variants = {variant.name: variant for variant in processed.variants}
    assert (processed.width, processed.height) == (96, 64)
    assert 900 <= (processed.duration_ms or 0) <= 1200
    assert (variants["video.mp4"].media_type, variants["video.mp4"].width) == ("video/mp4", 96)
    assert variants["poster.jpg"].sha256 == variants["large.jpg"].sha256
    assert processed.placeholder
    assert await darkroom.kept() == await darkroom.needed(media)


async def test_how_far_a_film_is_is_told(darkroom: Darkroom) -> None:
    told: list[tuple[int, int | None]] = []

    async def tell(done: int, total: int | None) -> None:
        told.append((done, total))

    darkroom.tools = replace(darkroom.tools, progress=tell)
    await perform(darkroom, await darkroom.upload(corpus.film(FILM), "video/webm"))
    assert told
    assert 900 <= (told[0][1] or 0) <= 1200


async def test_what_cannot_be_played_is_rejected_with_a_reason(darkroom: Darkroom) -> None:
    media = await darkroom.upload(corpus.sound_alone(), "video/mp4")
    await perform(darkroom, media)
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaRejected"]


def test_a_film_that_takes_all_of_its_time_keeps_others_waiting_for_less_than_a_day() -> None:
    job = film_variants.JOB
    pauses_s = sum(pause_s(attempt, job.retry) for attempt in range(1, job.retry.most))
    assert pauses_s > 1800
    assert job.retry.most * job.limit_s + pauses_s < 24 * 3600


async def test_a_picture_is_not_its_business(darkroom: Darkroom) -> None:
    media = await darkroom.upload(b"picture", "image/jpeg")
    await perform(darkroom, media)
    assert await darkroom.kinds(media) == ["MediaUploaded"]


async def test_a_worker_that_dies_takes_its_children_and_what_they_made_with_it(
    darkroom: Darkroom, start_jobs: StartJobs, ledger_view: LedgerView, tmp_path: Path
) -> None:
    first = start_jobs()
    await first.until_told("started")
    content = corpus.film("an MP4 of MPEG-4 part 2", size="1280x720", seconds=6)
    media = await darkroom.upload(content, "video/mp4")
    child = await _converting(first.process.pid)
    child.send_signal(signal.SIGSTOP)
    first.kill()
    await asyncio.to_thread(psutil.wait_procs, [child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert await darkroom.kept() == {sha256(content).hexdigest()}
    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == [sha256(content).hexdigest()]
    await ledger_view.execute(
        "UPDATE job_ledger SET leased_until = clock_timestamp(), resend_at = clock_timestamp() WHERE job = $1",
        film_variants.JOB.name,
    )
    start_jobs()

    async def is_processed() -> bool:
        return (await darkroom.kinds(media))[1:] == ["MediaProcessed"]

    await until_found(is_processed, "another worker has made it")
    assert await darkroom.kept() == await darkroom.needed(media)


async def _converting(worker: int) -> psutil.Process:
    found: list[psutil.Process] = []

    async def look() -> bool:
        commands = [(child, child.cmdline()) for child in psutil.Process(worker).children()]
        found.extend(child for child, words in commands if "libx264" in words and "kit.confined" not in words)
        return bool(found)

    await until_found(look, "ffmpeg is at work")
    return found[0]
