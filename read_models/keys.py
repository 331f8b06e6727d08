"""Keys of rows, short enough for any index and the same for everyone who computes them."""

import unicodedata
from hashlib import blake2b
from uuid import UUID

from domain.language import well_formed
from domain.posts.tags import normal_form
from engine.log.records import Recorded

_LONGEST = 200


def by_post(recorded: Recorded) -> tuple[UUID]:
    return (recorded.event.post,)


def by_account(recorded: Recorded) -> tuple[UUID]:
    return (recorded.event.account,)


def tag_key(tag: str) -> str:
    """What stands for a tag in rows: its normal form, or its beginning and a hash when that is very long."""
    form = normal_form(tag)
    if len(form.encode()) <= _LONGEST:
        return form
    return f"{form[: _LONGEST // 8]}~{blake2b(form.encode(), digest_size=8).hexdigest()}"


def language_key(language: str) -> str:
    """A language's tag as posts have it.

    Raises:
        ValueError: it is not the form of one.
    """
    return well_formed(language)


def title_key(title: str | None) -> str:
    """What titles are sorted by: without case and accents, compared byte by byte."""
    decomposed = unicodedata.normalize("NFKD", (title or "").casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))[:_LONGEST].strip()
