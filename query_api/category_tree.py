"""A category and all that lie below it, as readers name it."""

import unicodedata
from typing import NamedTuple
from uuid import UUID

from query_api.categories_sql import BELOW_ID, BELOW_SLUG, ONE_ID, ONE_SLUG
from query_api.database import Database


async def with_what_is_below(database: Database, wanted: str) -> list[UUID]:
    """Their ids; none when there is no category of this id or slug."""
    try:
        rows = await database.rows(BELOW_ID, UUID(wanted))
    except ValueError:
        rows = await database.rows(BELOW_SLUG, as_slug(wanted))
    return [row["category"] for row in rows]


class CalledCategory(NamedTuple):
    name: str
    slug: str


async def find_category(database: Database, wanted: str) -> CalledCategory | None:
    """What the category of this id or slug is called now."""
    if "\x00" in wanted:
        return None
    try:
        row = await database.row(ONE_ID, UUID(wanted))
    except ValueError:
        row = await database.row(ONE_SLUG, as_slug(wanted))
    return None if row is None else CalledCategory(row["name"], row["slug"])


def as_slug(wanted: str) -> str:
    return unicodedata.normalize("NFKC", wanted).lower()
