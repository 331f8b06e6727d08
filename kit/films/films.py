"""Asks ffmpeg for what browsers play; whatever the film is, nothing but an answer comes of it."""

from collections.abc import Callable, Sequence
from typing import IO

import imageio_ffmpeg

from kit.confined.limits import Limits
from kit.confined.running import Ended, program, run
from kit.films.commands import MOST_PIXELS, MOST_STREAMS, converting, picturing, probing
from kit.films.probe import Probe, probe_of
from kit.films.progress import told_to

_LIMITS = Limits(memory_bytes=3 << 30, cpu_s=6 * 60 * 60, file_bytes=4 << 30)
_SHORTLY_S = 120.0
_LONGEST_S = 3 * 60 * 60


class FilmRefused(Exception):  # noqa: N818 - named for the fact
    """Nothing can be made of it, today or tomorrow. Says why to its owner."""


class Films:
    """Starts a process for each step.

    Raises, from every method:
        FilmRefused.
        OutOfTime, Killed: not this time.
    """

    def __init__(self, *, most_s: int, limits: Limits = _LIMITS, timeout_s: float = _LONGEST_S) -> None:
        self._most_s, self._limits, self._timeout_s = most_s, limits, timeout_s

    async def probe(self, file: IO[bytes], media_type: str) -> Probe:
        """What is in it, when it is to be had."""
        found = probe_of((await self._run(probing(media_type), file, _SHORTLY_S)).told)
        if not found.pixels:
            limits = f"up to {MOST_PIXELS} pixels and {MOST_STREAMS} tracks are taken"
            raise FilmRefused(f"It shows nothing that can be read; {limits}.")
        self._require_length(found.duration_ms)
        return found

    async def convert(self, file: IO[bytes], media_type: str, made: IO[bytes], tell: Callable[[int], None]) -> Probe:
        """Writes the film into `made`, tells how many milliseconds of it are there, gives what it has become."""
        command = converting(media_type, made.fileno(), self._most_s)
        ended = await self._run(command, file, self._timeout_s, (made,), told_to(tell))
        if ended.code:
            raise FilmRefused("It cannot be read: it is damaged, or not what it says.")
        found = await self.probe(made, "video/mp4")
        self._require_length(found.duration_ms)
        return found

    async def picture(self, film: IO[bytes], made: IO[bytes]) -> None:
        """Writes a PNG of it into `made`."""
        ended = await self._run(picturing(made.fileno()), film, _SHORTLY_S, (made,))
        if ended.code or not made.seek(0, 2):
            raise FilmRefused("It has no picture in it.")

    async def _run(
        self,
        arguments: Sequence[str],
        given: IO[bytes],
        timeout_s: float,
        others: Sequence[IO[bytes]] = (),
        each_line: Callable[[str], None] | None = None,
    ) -> Ended:
        given.seek(0)
        command = program(imageio_ffmpeg.get_ffmpeg_exe(), self._limits, *arguments)
        ended = await run(command, given=given, others=others, timeout_s=timeout_s, each_line=each_line)
        if ended.is_broken:
            raise FilmRefused("It takes more time or memory than a film may.")
        return ended

    def _require_length(self, duration_ms: int | None) -> None:
        if (duration_ms or 0) > self._most_s * 1000:
            raise FilmRefused(f"It is longer than {self._most_s} seconds.")
