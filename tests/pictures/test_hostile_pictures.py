"""Whatever is sent as a picture, nothing but an answer comes of it: no memory, no time, no process is left."""

import asyncio
import sys
import tempfile
from collections.abc import Callable

import psutil
import pytest

from kit.confined.limits import Limits
from kit.confined.running import Killed, OutOfTime, program, run
from kit.pictures.pictures import PictureRefused
from kit.pictures.result import NoResult, read
from tests.pictures import corpus
from tests.pictures.test_variants import made_of

WHOLE = corpus.lying(1)
ROOMY = Limits(1 << 30, 60, 64 << 20)


def refused_of(content: Callable[[], bytes], media_type: str, words: str) -> tuple[Callable[[], bytes], str, str]:
    return content, media_type, words


HOSTILE = {
    "torn": refused_of(lambda: WHOLE[: len(WHOLE) * 2 // 3], "image/jpeg", "damaged"),
    "another type than it says": refused_of(lambda: corpus.picture().pngsave_buffer(), "image/jpeg", "damaged"),
    "a picture of code": refused_of(
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "image/png",
        "damaged",
    ),
    "a header and no pixels": refused_of(lambda: corpus.headed_png(500, 500), "image/png", "damaged"),
    "more pixels than there is room for": refused_of(lambda: corpus.headed_png(60_000, 60_000), "image/png", "pixels"),
    "nothing": refused_of(lambda: b"", "image/gif", "damaged"),
    "noise": refused_of(lambda: b"GIF89a" + bytes(range(256)) * 20, "image/gif", "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_no_picture_is_refused_with_a_reason(name: str) -> None:
    content, media_type, words = HOSTILE[name]
    with pytest.raises(PictureRefused, match=words):
        await made_of(content(), media_type)


async def test_a_small_file_that_swells_is_made_within_the_limits() -> None:
    swollen = corpus.swollen_png(4000, 4000)
    assert len(swollen) < 300_000
    result, _ = await made_of(swollen, "image/png")
    assert (result.width, result.height) == (4000, 4000)


async def test_what_takes_more_memory_than_there_is_to_give_is_refused() -> None:
    tight = ROOMY._replace(memory_bytes=160 << 20)
    await made_of(WHOLE, "image/jpeg", limits=tight)
    with pytest.raises(PictureRefused):
        await made_of(corpus.picture(6000, 6000).pngsave_buffer(interlace=True), "image/png", limits=tight)


async def test_what_takes_more_time_than_it_is_given_is_refused() -> None:
    with pytest.raises(PictureRefused):
        await made_of(corpus.swollen_png(4000, 4000), "image/png", limits=ROOMY._replace(cpu_s=0))


async def test_on_a_machine_that_is_too_busy_it_is_ended_and_may_be_tried_again() -> None:
    with pytest.raises(OutOfTime):
        await made_of(WHOLE, "image/jpeg", timeout_s=0.01)
    assert not running()


async def test_whoever_ends_it_from_outside_has_not_judged_the_picture() -> None:
    making = asyncio.create_task(made_of(corpus.swollen_png(7000, 7000), "image/png"))
    while not (found := running()):
        await asyncio.sleep(0.01)
    found[0].kill()
    with pytest.raises(Killed):
        await making


async def test_when_nobody_waits_any_more_it_is_ended() -> None:
    making = asyncio.create_task(made_of(corpus.swollen_png(7000, 7000), "image/png"))
    while not running():
        await asyncio.sleep(0.01)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert not running()


def running() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "kit.pictures" in " ".join(child.cmdline())]


HEAD = b'{"width":1,"height":1,"placeholder":null,"colour":"#000000","variants":'
HANDED_BACK = {
    "nothing": b"",
    "no head": b"{}\n",
    "no variants": HEAD + b"[]}\n",
    "another type": HEAD + b'[{"name":"large.jpg","size_bytes":6,"width":1,"height":1}]}\n<html>',
    "another name": HEAD + b'[{"name":"../../x.jpg","size_bytes":3,"width":1,"height":1}]}\n\xff\xd8\xff',
    "too little": HEAD + b'[{"name":"large.jpg","size_bytes":9,"width":1,"height":1}]}\n\xff\xd8\xff',
    "too much": HEAD + b'[{"name":"large.jpg","size_bytes":3,"width":1,"height":1}]}\n\xff\xd8\xff<html>',
}


@pytest.mark.parametrize("name", HANDED_BACK)
def test_what_is_handed_back_is_not_believed(name: str) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(HANDED_BACK[name])
        with pytest.raises(NoResult):
            read(file)


async def test_who_looks_at_a_strangers_file_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_SECRET", "a secret")
    told: list[str] = []
    with tempfile.TemporaryFile() as nothing:
        command = program(sys.executable, ROOMY, "-c", "import os; print(*os.environ)")
        await run(command, given=nothing, timeout_s=60, each_line=told.append)
    assert told
    assert "PALIMPSEST" not in told[0]
