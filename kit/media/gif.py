"""GIF: blocks from the header to the trailer."""

from kit.media.found import Bytes, Damaged, Size, exactly, largest

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def size_of(file: Bytes) -> Size:
    header = exactly(file, 6, 7)
    sizes, at = [_pair(header)], 13 + _table_bytes(header[4])
    while (kind := exactly(file, at, 1)[0]) != _TRAILER:
        if kind == _EXTENSION:
            at = _after_blocks(file, at + 2)
        elif kind == _IMAGE:
            frame = exactly(file, at + 1, 9)
            place, size = _pair(frame), _pair(frame[4:])
            sizes.append(Size(place.width + size.width, place.height + size.height))
            at = _after_blocks(file, at + 11 + _table_bytes(frame[8]))
        else:
            raise Damaged("it has a block of no known kind")
    if file[at + 1 :].strip(b"\0"):
        raise Damaged("it goes on behind its end")
    return largest(sizes)


def _pair(part: bytes) -> Size:
    return Size(int.from_bytes(part[:2], "little"), int.from_bytes(part[2:4], "little"))


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(file: Bytes, at: int) -> int:
    while length := exactly(file, at, 1)[0]:
        at += 1 + length
    return at + 1
