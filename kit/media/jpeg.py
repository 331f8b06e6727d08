"""JPEG: segments from marker to marker. Cameras put smaller pictures behind the first, and a film of the moment."""

import re

from kit.media import boxes
from kit.media.found import Bytes, Damaged, Size, exactly, largest

_MARKER, _BEGIN, _END, _SCAN = 0xFF, 0xD8, 0xD9, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker among compressed data."""
_PICTURES = 20


def size_of(file: Bytes) -> Size:
    sizes: list[Size] = []
    at = 0
    for _ in range(_PICTURES):
        at = _after_picture(file, at, sizes)
        if not file[at : at + 64].strip(b"\0") and not file[at:].strip(b"\0"):
            return largest(sizes)
        if file[at + 4 : at + 8] == b"ftyp":
            boxes.top(file, at)
            return largest(sizes)
    raise Damaged("it goes on behind its end")


def _after_picture(file: Bytes, at: int, sizes: list[Size]) -> int:
    if exactly(file, at, 2) != bytes((_MARKER, _BEGIN)):
        raise Damaged("it goes on behind its end")
    at += 2
    while True:
        start, marker = exactly(file, at, 2)
        if start != _MARKER:
            raise Damaged("it has no marker where one belongs")
        if marker == _MARKER:  # stuffing
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker == _END:
            return at + 2
        else:
            at = _after_segment(file, at, marker, sizes)


def _after_segment(file: Bytes, at: int, marker: int, sizes: list[Size]) -> int:
    length = int.from_bytes(exactly(file, at + 2, 2), "big")
    if marker in _FRAMES:
        frame = exactly(file, at + 5, 4)
        sizes.append(Size(int.from_bytes(frame[2:], "big"), int.from_bytes(frame[:2], "big")))
    at += 2 + max(length, 2)
    if marker != _SCAN:
        return at
    found = _NEXT.search(file, at)
    if found is None:
        raise Damaged("it ends too early")
    return found.start()
