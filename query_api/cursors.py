"""Cursors: where a page ended, as text that clients hand back unread."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson

from query_api.asked import wrong

_LONGEST = 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def fingerprint(*query: Any) -> str:
    """Ties a cursor to the query that it goes on with: everything but the limit."""
    return blake2b(orjson.dumps(query, default=str), digest_size=6).hexdigest()


def encode(query: str, *place: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([query, *map(_written, place)])).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Place:
    """What a cursor says, to be read part by part.

    Raises, from every method:
        Problem: 422, the cursor is not one that this query gave out.
    """

    parts: list[Any]

    def moment(self, number: int) -> datetime:
        found = self.parts[number]
        if not isinstance(found, int):
            raise forged()
        try:
            return _EPOCH + found * _MICROSECOND
        except OverflowError:
            raise forged() from None

    def text(self, number: int) -> str:
        found = self.parts[number]
        if not isinstance(found, str) or "\x00" in found:
            raise forged()
        return found

    def count(self, number: int) -> int:
        found = self.parts[number]
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1 << 62:
            raise forged()
        return found

    def id(self, number: int) -> UUID:
        try:
            return UUID(hex=self.text(number))
        except ValueError:
            raise forged() from None


def decode(cursor: str, query: str, length: int) -> Place:
    """Reads a cursor of this query, which says `length` things.

    Raises:
        Problem: 422.
    """
    if len(cursor) > _LONGEST or not cursor.isascii():
        raise forged()
    try:
        parts = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise forged() from None
    if not isinstance(parts, list) or len(parts) != length + 1 or parts[0] != query:
        raise forged()
    return Place(parts[1:])


def forged() -> Exception:
    return wrong("cursor", "is not one that this query gave out: begin again without it")


def _written(part: Any) -> Any:
    if isinstance(part, datetime):
        return (part - _EPOCH) // _MICROSECOND
    return part.hex if isinstance(part, UUID) else part
