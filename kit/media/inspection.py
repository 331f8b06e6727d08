"""Looks a whole file over: its type, its size in pixels, and whether it is that one file and no other besides."""

import mmap
import re
from typing import IO

from kit.media.found import Bytes, Damaged, Size
from kit.media.kinds import Kind

_BEGINS_OTHERWISE = re.compile(
    rb"%PDF-|<\?php|<!doctype\s+html|<(?:html|head|body|script|iframe|svg)[\s>]", re.IGNORECASE
)
_SNIFFED = 1024
"""Programs that guess look no further for these."""
_ARCHIVE_END, _ARCHIVE_END_BYTES, _LONGEST_COMMENT = b"PK\x05\x06", 22, 0xFFFF


class TooManyPixels(Exception):  # noqa: N818 - named for the fact
    """Its header asks for more memory than any honest picture needs."""

    def __init__(self, size: Size) -> None:
        super().__init__(f"{size.width} x {size.height}")
        self.size = size


def inspect(file: IO[bytes], kind: Kind, most_pixels: int) -> Size | None:
    """Reads no more than headers, and where parts end. Slow for long files: not for an event loop.

    Args:
        file: a real one, on disk.
        kind: what its first bytes say it is.
        most_pixels: width times height.

    Raises:
        Damaged, TooManyPixels.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        size = kind.size_of(mapped)
        if size is not None and not size.pixels:
            raise Damaged("it has no size")
        if size is not None and size.pixels > most_pixels:
            raise TooManyPixels(size)
        _require_no_other(mapped)
        return size


def _require_no_other(file: Bytes) -> None:
    if _BEGINS_OTHERWISE.search(file[:_SNIFFED]):
        raise Damaged("it is a document as well")
    last = file[-(_ARCHIVE_END_BYTES + _LONGEST_COMMENT) :]
    at = last.find(_ARCHIVE_END)
    while at >= 0:
        comment = int.from_bytes(last[at + 20 : at + 22], "little")
        if at + _ARCHIVE_END_BYTES + comment == len(last):
            raise Damaged("it is an archive as well")
        at = last.find(_ARCHIVE_END, at + 1)
