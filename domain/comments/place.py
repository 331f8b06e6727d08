"""Where a comment stands in its thread, as text that sorts byte by byte."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

DEEPEST = 8
_TIME_DIGITS, _ID_DIGITS = 12, 32
LEVEL = _TIME_DIGITS + _ID_DIGITS
"""Characters for each level of answering."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def place_of(comment: UUID, at: datetime, below: str = "") -> str:
    """Behind what it answers, and behind the answers that came before it."""
    milliseconds = max(0, (at - _EPOCH) // _MILLISECOND)
    return f"{below}{milliseconds:0{_TIME_DIGITS}x}{comment.hex}"


def levels(place: str) -> list[str]:
    """The places from the top down to this one, itself the last."""
    return [place[:end] for end in range(LEVEL, len(place) + 1, LEVEL)]


def comment_at(place: str) -> UUID:
    """The comment that stands there."""
    return UUID(hex=place[-_ID_DIGITS:])
