"""WebP: chunks of a RIFF file."""

from collections.abc import Iterator

from kit.media.found import Bytes, Damaged, Size, exactly, largest

_START_CODE = b"\x9d\x01\x2a"
_LOSSLESS = 0x2F


def size_of(file: Bytes) -> Size:
    if int.from_bytes(exactly(file, 4, 4), "little") + 8 != len(file):
        raise Damaged("it is not as long as it says")
    return largest(_sizes(file, 12, len(file)))


def _sizes(file: Bytes, at: int, end: int) -> Iterator[Size]:
    while at < end:
        head = exactly(file, at, 8)
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        if at + 8 + length > end:
            raise Damaged("it ends too early")
        if kind == b"VP8X":
            yield _minus_one(exactly(file, at + 12, 6))
        elif kind == b"VP8 ":
            yield _lossy(exactly(file, at + 8, 10))
        elif kind == b"VP8L":
            yield _lossless(exactly(file, at + 8, 5))
        elif kind == b"ANMF":
            yield _minus_one(exactly(file, at + 14, 6))
            yield from _sizes(file, at + 24, at + 8 + length)
        at += 8 + length + length % 2


def _minus_one(part: bytes) -> Size:
    return Size(int.from_bytes(part[:3], "little") + 1, int.from_bytes(part[3:], "little") + 1)


def _lossy(part: bytes) -> Size:
    if part[3:6] != _START_CODE:
        raise Damaged("it begins in the middle")
    return Size(int.from_bytes(part[6:8], "little") & 0x3FFF, int.from_bytes(part[8:], "little") & 0x3FFF)


def _lossless(part: bytes) -> Size:
    if part[0] != _LOSSLESS:
        raise Damaged("it begins in the middle")
    bits = int.from_bytes(part[1:], "little")
    return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
