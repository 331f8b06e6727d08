"""Whatever a film is, what comes of it plays in every browser, begins at once, and says nothing but what it shows."""

import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import IO

import imageio_ffmpeg
import psutil
import pytest
import pyvips

from kit.confined.limits import Limits
from kit.confined.running import OutOfTime
from kit.films.films import FilmRefused, Films
from kit.films.probe import Probe, probe_of
from kit.media.boxes import top
from tests.films import corpus
from tests.films.corpus import FILMS

MOST_S = 60


@asynccontextmanager
async def converted(
    content: bytes, media_type: str, **how: object
) -> AsyncIterator[tuple[IO[bytes], Probe, list[int]]]:
    films, told = Films(**{"most_s": MOST_S, **how}), list[int]()  # type: ignore[arg-type]
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as made:
        file.write(content)
        file.flush()
        await films.probe(file, media_type)
        yield made, await films.convert(file, media_type, made, told.append), told


def said_of(file: IO[bytes]) -> str:
    file.seek(0)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-f", "mov", "-i", "pipe:0"]
    return subprocess.run(command, stdin=file, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize("name", FILMS)
async def test_every_kind_of_film_plays_in_every_browser_afterwards(name: str) -> None:
    async with converted(corpus.film(name), FILMS[name][0]) as (made, found, told):
        assert (found.width, found.height) == (96, 64)
        assert 900 <= (found.duration_ms or 0) <= 1200
        said = said_of(made)
        assert "Video: h264" in said
        assert "yuv420p" in said
        assert ("Audio: aac" in said) == ("-an" not in FILMS[name][2])
        assert told
        made.seek(0)
        order = list(top(made.read()))
        assert order.index(b"moov") < order.index(b"mdat")  # it begins to play before all of it was loaded


async def test_a_film_is_no_larger_than_1080p_whichever_way_it_lies() -> None:
    name = "an MP4 of H.264 without sound"
    for size, wanted in (("2560x1440", (1920, 1080)), ("1200x2400", (960, 1920)), ("101x67", (100, 66))):
        async with converted(corpus.film(name, size=size), "video/mp4") as (_, found, _):
            assert (found.width, found.height) == wanted


async def test_a_film_is_upright() -> None:
    async with converted(corpus.turned(), "video/mp4") as (_, found, _):
        assert (found.width, found.height) == (64, 96)


async def test_a_film_says_nothing_of_who_took_it_or_where() -> None:
    assert b"loci" in corpus.described()
    async with converted(corpus.described(), "video/mp4") as (made, _, _):
        made.seek(0)
        content = made.read()
        assert b"loci" not in content
        assert b"A secret" not in content
        assert b"hidden" not in content


async def test_the_same_film_gives_the_same_bytes() -> None:
    contents = []
    for _ in range(2):
        async with converted(corpus.film("a WebM of VP8 and Vorbis"), "video/webm") as (made, _, _):
            made.seek(0)
            contents.append(made.read())
    assert contents[0] == contents[1]


async def test_a_picture_of_it_is_taken() -> None:
    async with converted(corpus.film("an MP4 of MPEG-4 part 2"), "video/mp4") as (made, _, _):
        with tempfile.TemporaryFile() as poster:
            await Films(most_s=MOST_S).picture(made, poster)
            poster.seek(0)
            image = pyvips.Image.new_from_buffer(poster.read(), "")
            assert (image.width, image.height) == (96, 64)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "torn": (lambda: corpus.film("an MP4 of MPEG-4 part 2")[:-3000], "video/mp4"),
    "sound alone": (corpus.sound_alone, "video/mp4"),
    "a list of other files": (lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "video/mp4"),
    "a list of addresses": (lambda: b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n", "video/webm"),
    "another type": (lambda: corpus.film("a WebM of VP8 and Vorbis"), "video/mp4"),
    "noise": (lambda: bytes(range(256)) * 50, "video/webm"),
    "nothing": (lambda: b"", "video/quicktime"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_no_film_is_refused_with_a_reason(name: str) -> None:
    content, media_type = HOSTILE[name]
    with pytest.raises(FilmRefused) as refused:
        async with converted(content(), media_type):
            pass
    assert str(refused.value).endswith(".")


async def test_a_film_that_is_too_long_is_refused() -> None:
    with pytest.raises(FilmRefused, match="longer than 1 seconds"):
        async with converted(corpus.film("a WebM of VP8 and Vorbis", seconds=3), "video/webm", most_s=1):
            pass


async def test_a_film_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(FilmRefused, match="up to 36000000 pixels"):
        async with converted(corpus.still("9000x4600"), "video/quicktime"):
            pass


async def test_a_film_of_too_many_tracks_is_refused() -> None:
    with pytest.raises(FilmRefused):
        async with converted(corpus.many_tracks(33), "video/mp4"):
            pass
    async with converted(corpus.many_tracks(3), "video/mp4") as (made, _, _):
        assert said_of(made).count("Stream #") == 2


async def test_what_takes_more_than_there_is_to_give_is_refused() -> None:
    film = corpus.film("an MP4 of MPEG-4 part 2")
    for limits in (Limits(40 << 20, 60, 1 << 30), Limits(3 << 30, 0, 1 << 30), Limits(3 << 30, 60, 1000)):
        with pytest.raises(FilmRefused):
            async with converted(film, "video/mp4", limits=limits):
                pass


async def test_no_process_is_left_when_time_is_over() -> None:
    film = corpus.film("an MP4 of H.264 without sound", size="1280x720", seconds=8)
    with pytest.raises(OutOfTime):
        async with converted(film, "video/mp4", timeout_s=0.5):
            pass
    assert not [child for child in psutil.Process().children() if "ffmpeg" in " ".join(child.cmdline())]


def test_what_a_film_says_of_itself_is_not_taken_for_what_is_in_it() -> None:
    told = (
        "Input #0, mov, from 'fd:':\n  Metadata:\n    title           : x\n"
        "                    :   Duration: 00:00:00.01\n    comment : Stream #0:0: Video: h264, 1x1 \n"
        "  Duration: 00:01:02.50, start: 0.0\n  Stream #0:0[0x1](und): Video: h264 (High), yuv420p, 640x480 [SAR 1:1]\n"
        "  Stream #0:1[0x2](eng): Audio: aac (LC), 48000 Hz\n"
    )
    assert probe_of(told) == Probe(62_500, 640, 480)
