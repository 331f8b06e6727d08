"""Asks for the variants of a picture; whatever the picture is, nothing but an answer comes of it."""

import tempfile
from typing import IO

from kit.confined.limits import Limits
from kit.confined.running import module, run
from kit.pictures.__main__ import REFUSED
from kit.pictures.result import NoResult, Result, read

_LIMITS = Limits(memory_bytes=1 << 30, cpu_s=120, file_bytes=64 << 20)
_TIMEOUT_S = 300.0
_UNTOLD = "It takes more time or memory than any honest picture needs."


class PictureRefused(Exception):  # noqa: N818 - named for the fact
    """Nothing can be made of it, today or tomorrow. Says why to its owner."""


class Pictures:
    """Starts a process for each picture. `avif`: variants are made in that format as well, small, and slow to make."""

    def __init__(self, *, avif: bool = False, limits: Limits = _LIMITS, timeout_s: float = _TIMEOUT_S) -> None:
        self._avif, self._limits, self._timeout_s = avif, limits, timeout_s

    async def variants(self, file: IO[bytes], media_type: str) -> tuple[Result, list[bytes]]:
        """What was made of a file on disk, whose bytes were found to be of this type.

        Raises:
            PictureRefused.
            OutOfTime, Killed, NoResult: not this time.
        """
        file.seek(0)
        command = module("kit.pictures", self._limits, media_type, *(["avif"] if self._avif else []))
        with tempfile.TemporaryFile() as made:
            ended = await run(command, given=file, made=made, timeout_s=self._timeout_s)
            if ended.code == REFUSED:
                raise PictureRefused(ended.told.strip().rpartition("\n")[2])
            if ended.is_broken:
                raise PictureRefused(_UNTOLD)
            if ended.code:
                raise NoResult(f"exit code {ended.code}: {ended.told.strip().rpartition(chr(10))[2][:200]}")
            return read(made)
