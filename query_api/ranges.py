"""Parts of a file that a client asks for (RFC 9110, 14)."""

import re
from typing import NamedTuple

_ONE = re.compile(r"\s*bytes\s*=\s*(?:(\d{1,18})\s*-\s*(\d{0,18})|-\s*(\d{1,18}))\s*", re.IGNORECASE)


class Part(NamedTuple):
    start: int
    end: int
    """Of the byte behind the last."""


class NotThere(Exception):  # noqa: N818 - named for the fact
    """The file ends before the part begins."""


def part_of(header: str | None, size: int) -> Part | None:
    """The part that a Range header asks for; None: the whole, as for several parts or what is not understood.

    Raises:
        NotThere.
    """
    found = _ONE.fullmatch(header) if header else None
    if found is None:
        return None
    if found[3] is not None:
        last = int(found[3])
        if not last:
            raise NotThere
        return Part(max(0, size - last), size)
    start, last = int(found[1]), int(found[2] or size)
    if found[2] and last < start:
        return None
    if start >= size:
        raise NotThere
    return Part(start, min(last + 1, size))
