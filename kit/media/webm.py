"""WebM: the elements of its outermost level (EBML, RFC 8794)."""

from typing import NamedTuple

from kit.media.found import Bytes, Damaged, exactly

_HEADER, _DOC_TYPE, _SEGMENT, _VOID = 0x1A45DFA3, 0x4282, 0x18538067, 0xEC
_LONGEST_HEADER = 4096


class _Element(NamedTuple):
    id: int
    start: int
    end: int | None
    """None: where it began, nobody knew."""


def is_webm(file: Bytes) -> bool:
    """Whether the header names this kind of Matroska file."""
    try:
        header = _element(file, 0)
        if header.id != _HEADER or header.end is None or header.end > _LONGEST_HEADER:
            return False
        at = header.start
        while at < header.end:
            found = _element(file, at)
            if found.end is None:
                return False
            if found.id == _DOC_TYPE:
                return file[found.start : found.end].rstrip(b"\0") == b"webm"
            at = found.end
    except Damaged:
        pass
    return False


def require_whole(file: Bytes) -> None:
    """Raises Damaged."""
    at, has_segment = _element(file, 0).end, False
    while at is not None and at < len(file):
        found = _element(file, at)
        if found.id not in {_SEGMENT, _VOID} or (found.end or 0) > len(file):
            raise Damaged("it is not as long as it says")
        has_segment = has_segment or found.id == _SEGMENT
        at = found.end
    if not has_segment:
        raise Damaged("it ends too early")


def _element(file: Bytes, at: int) -> _Element:
    id_length = _length(exactly(file, at, 1)[0])
    element = int.from_bytes(exactly(file, at, id_length), "big")
    at += id_length
    size_length = _length(exactly(file, at, 1)[0])
    unknown = (1 << 7 * size_length) - 1
    size = int.from_bytes(exactly(file, at, size_length), "big") & unknown
    at += size_length
    return _Element(element, at, None if size == unknown else at + size)


def _length(first: int) -> int:
    if not first:
        raise Damaged("it has a number that is too long")
    return 9 - first.bit_length()
