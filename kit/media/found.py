"""What is found in a file, and what may be wrong with it."""

import mmap
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

Bytes: TypeAlias = bytes | mmap.mmap


class Size(NamedTuple):
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


class Damaged(Exception):  # noqa: N818 - named for the fact
    """A file that does not keep to its format from the first byte to the last: torn, or another file besides."""


def largest(sizes: Iterable[Size]) -> Size:
    """What a decoder may be made to hold at once, of all the sizes that a file gives."""
    return max(sizes, key=lambda size: size.pixels, default=Size(0, 0))


def exactly(file: Bytes, start: int, length: int) -> bytes:
    """A part of the file.

    Raises:
        Damaged: the file ends before it.
    """
    part = file[start : start + length] if start >= 0 else b""
    if len(part) != length:
        raise Damaged("it ends too early")
    return part
