"""The newest posts of a list, or of several, with all that a feed says of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

import asyncpg
import orjson

from query_api.authors_sql import AUTHORS, FORMER_AUTHOR, IS_ERASED
from query_api.database import Database
from query_api.media_sql import COVER
from query_api.site_settings import SiteSettings

ENTRIES = 20
LONGEST_HTML_BYTES = 100_000
"""A longer text is told by its excerpt alone."""
_LARGE = "large.jpg"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST_SQL = f"""
    SELECT card.*
      FROM (SELECT t.post, t.listed_at FROM unnest($1::text[]) AS each(facet) CROSS JOIN LATERAL (
                   SELECT t.post, t.listed_at FROM serving.posts_by_time AS t
                    WHERE t.facet = each.facet ORDER BY t.listed_at DESC, t.post DESC LIMIT {ENTRIES}) AS t
             ORDER BY t.listed_at DESC, t.post DESC LIMIT {ENTRIES}) AS l
      JOIN LATERAL (
           SELECT p.post::text AS id, p.slug, p.title, coalesce(p.excerpt, p.lead) AS excerpt, p.language, p.tags,
                  CASE WHEN octet_length(p.html) <= {LONGEST_HTML_BYTES} THEN p.html END AS html,
                  {AUTHORS} AS authors, {COVER} AS cover, p.published_at,
                  greatest(p.updated_at, p.published_at) AS updated_at
             FROM serving.post_pages AS p
            WHERE p.post = l.post AND p.status = 'published' AND NOT {IS_ERASED} OFFSET 0) AS card ON true
     ORDER BY l.listed_at DESC, l.post DESC
"""  # noqa: S608 - constants


class Writer(NamedTuple):
    name: str
    url: str | None
    """None for who is a former author."""


class Cover(NamedTuple):
    """The largest form of it that every reader shows."""

    url: str
    media_type: str
    size_bytes: int


class Entry(NamedTuple):
    id: str
    url: str
    title: str
    excerpt: str
    html: str | None
    """Safe to show."""
    language: str
    tags: Sequence[str]
    authors: Sequence[Writer]
    cover: Cover | None
    """None as well until its forms are made."""
    published_at: datetime
    updated_at: datetime


class Feed(NamedTuple):
    """Its entries, the newest first; there is always one who writes."""

    title: str
    description: str
    language: str
    home_url: str
    feed_url: str
    entries: Sequence[Entry]

    @property
    def updated_at(self) -> datetime:
        return max((entry.updated_at for entry in self.entries), default=_LONG_AGO)


def post_url(site: SiteSettings, slug: str) -> str:
    return f"{site.base_url}/posts/{quote(slug, safe='')}"


def author_url(site: SiteSettings, handle: str) -> str:
    return f"{site.base_url}/authors/{quote(handle, safe='')}"


async def newest(database: Database, site: SiteSettings, lists: Sequence[str]) -> list[Entry]:
    """Those of any of these lists, which share no post."""
    return [_entry(row, site) for row in await database.rows(NEWEST_SQL, list(lists))]


def _entry(row: asyncpg.Record, site: SiteSettings) -> Entry:
    return Entry(
        id=row["id"],
        url=post_url(site, row["slug"]),
        title=row["title"] or "",
        excerpt=row["excerpt"] or "",
        html=row["html"],
        language=row["language"],
        tags=row["tags"],
        authors=[_writer(author, site) for author in orjson.loads(row["authors"])],
        cover=_cover(row["cover"], site),
        published_at=row["published_at"],
        updated_at=row["updated_at"],
    )


def _cover(card: str | None, site: SiteSettings) -> Cover | None:
    forms = {form["name"]: form for form in orjson.loads(card)["variants"]} if card else {}
    large = forms.get(_LARGE)
    return None if large is None else Cover(f"{site.base_url}{large['url']}", large["type"], large["size_bytes"])


def _writer(author: dict[str, str | None], site: SiteSettings) -> Writer:
    handle = author["handle"]
    name = author["name"] or handle or FORMER_AUTHOR
    return Writer(name, author_url(site, handle) if handle else None)
