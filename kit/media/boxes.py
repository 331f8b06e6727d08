"""Boxes, which AVIF, MP4 and MOV are made of (ISO 14496-12)."""

from collections.abc import Iterator
from typing import NamedTuple

from kit.media.found import Bytes, Damaged, Size, exactly, largest

_MOST = 100_000
_LONG = 1


class Box(NamedTuple):
    kind: bytes
    start: int
    """Of what is in it."""
    end: int


def boxes(file: Bytes, at: int, end: int) -> Iterator[Box]:
    """Raises Damaged when they do not fill the place."""
    for _ in range(_MOST):
        if at == end:
            return
        head = exactly(file, at, 8)
        length, kind, inside = int.from_bytes(head[:4], "big"), head[4:], 8
        if length == _LONG:
            length, inside = int.from_bytes(exactly(file, at + 8, 8), "big"), 16
        elif length == 0:
            length = end - at
        if length < inside or at + length > end:
            raise Damaged("it is not as long as it says")
        yield Box(kind, at + inside, at + length)
        at += length
    raise Damaged("it has too many parts")


def top(file: Bytes, at: int = 0) -> dict[bytes, Box]:
    """The last box of each kind, of the whole file."""
    return {box.kind: box for box in boxes(file, at, len(file))}


def size_of_film(file: Bytes) -> Size:
    """That of the largest track."""
    film = _index(file, b"moov")
    return largest(_track(file, track) for track in boxes(file, film.start, film.end) if track.kind == b"trak")


def size_of_picture(file: Bytes) -> Size:
    """The largest of an AVIF."""
    found = _index(file, b"meta")
    meta = _inside(file, found._replace(start=found.start + 4), b"iprp", b"ipco")
    return largest(_pair(exactly(file, each.start + 4, 8)) for each in meta if each.kind == b"ispe")


def _index(file: Bytes, kind: bytes) -> Box:
    there = top(file)
    if kind not in there or b"mdat" not in there:
        raise Damaged("it lacks its index or what that is of")
    return there[kind]


def _inside(file: Bytes, box: Box, *path: bytes) -> list[Box]:
    for kind in path:
        found = next((each for each in boxes(file, box.start, box.end) if each.kind == kind), None)
        if found is None:
            raise Damaged("its index is torn")
        box = found
    return list(boxes(file, box.start, box.end))


def _track(file: Bytes, track: Box) -> Size:
    head = next((each for each in boxes(file, track.start, track.end) if each.kind == b"tkhd"), None)
    if head is None:
        raise Damaged("its index is torn")
    size = _pair(exactly(file, head.end - 8, 8))
    return Size(size.width >> 16, size.height >> 16)


def _pair(part: bytes) -> Size:
    return Size(int.from_bytes(part[:4], "big"), int.from_bytes(part[4:], "big"))
