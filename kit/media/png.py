"""PNG: chunks from the header to the end."""

from kit.media.found import Bytes, Damaged, Size, exactly

_FIRST = 8
_AROUND = 12
"""Length, type and checksum of a chunk."""


def size_of(file: Bytes) -> Size:
    at, size = _FIRST, None
    while True:
        head = exactly(file, at, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if (kind == b"IHDR") != (size is None):
            raise Damaged("it has not one header, at its beginning")
        if size is None:
            header = exactly(file, at + 8, 8)
            size = Size(int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big"))
        at += _AROUND + length
        if kind == b"IEND":
            break
    if at != len(file):
        raise Damaged("it does not end where it says")
    return size
