"""What a post is made of, and the limits on it."""

import re
from typing import Annotated, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, Field

from domain.text import SINGLE_LINE, STORABLE, STRIPPED

MAX_BODY_BYTES = 1 << 20

# Markup that shows nothing by itself. [^<>] and not [^>]: unclosed tags must not make this quadratic.
_INVISIBLE = re.compile(r"(?:</?(?:p|br|div|span)\b[^<>]*>|&nbsp;|[\s\u200b\ufeff])*+", re.IGNORECASE)


def _within_body_limit(body: str) -> str:
    if len(body.encode()) > MAX_BODY_BYTES:
        raise ValueError(f"a body is at most {MAX_BODY_BYTES} bytes of UTF-8")
    return body


def _without_repeats(authors: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(authors))


def is_blank(body: str | None) -> bool:
    """Whether a reader would see nothing."""
    return body is None or bool(_INVISIBLE.fullmatch(body))


Title: TypeAlias = Annotated[str, STRIPPED, Field(min_length=1, max_length=200), SINGLE_LINE]
Body: TypeAlias = Annotated[str, Field(max_length=MAX_BODY_BYTES), STORABLE, AfterValidator(_within_body_limit)]
Excerpt: TypeAlias = Annotated[str, Field(max_length=500), STORABLE]
Authors: TypeAlias = Annotated[tuple[UUID, ...], Field(max_length=10), AfterValidator(_without_repeats)]
