"""GET /sitemap.xml: where every published post is, for search engines; an index of such lists when they are many."""

import asyncio
from collections.abc import Sequence
from uuid import UUID
from xml.etree import ElementTree as ET

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import parameters
from query_api.answers import PUBLIC, answer
from query_api.asked import headers_of, parameters_of
from query_api.authors_sql import IS_ERASED
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import SITEMAP, door
from query_api.feed_entries import post_url
from query_api.listing import EARLIEST
from query_api.parts import parts_of
from query_api.site_settings import SiteSettings, site_of
from query_api.xml_text import add, document, moment

router = APIRouter(tags=["feeds"], route_class=BytesRoute)

MODELS = frozenset({"post_lists", "post_pages", "authors", "site"})
MOST_URLS = 50_000
"""In one list, as the protocol allows."""
_MEDIA_TYPE = "application/xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_QUERY = fingerprint("sitemap")
_START = (EARLIEST, UUID(int=0))
ENDS_SQL = """
    SELECT n.listed_at, n.post FROM (
           SELECT t.listed_at, t.post, row_number() OVER in_order AS number, lead(t.post) OVER in_order AS following
             FROM serving.posts_by_time AS t WHERE t.facet = 'published'
           WINDOW in_order AS (ORDER BY t.listed_at, t.post)) AS n
     WHERE n.number % $1 = 0 AND n.following IS NOT NULL ORDER BY n.number
"""
"""The last post of each list of so many, but for the last list: ($1 how many)."""
URLS_SQL = f"""
    SELECT page.*
      FROM (SELECT t.post, t.listed_at FROM serving.posts_by_time AS t
             WHERE t.facet = 'published' AND (t.listed_at, t.post) > ($1, $2)
             ORDER BY t.listed_at, t.post LIMIT $3) AS l
      JOIN LATERAL (SELECT p.slug, greatest(p.updated_at, p.published_at) AS updated_at FROM serving.post_pages AS p
                     WHERE p.post = l.post AND p.status = 'published' AND NOT {IS_ERASED} OFFSET 0) AS page ON true
"""  # noqa: S608 - constants
"""The posts after one: ($1 time and $2 id of that one, $3 how many)."""


@router.get(
    "/sitemap.xml",
    summary="List where everything is",
    **door({"type": "string"}, media_type=_MEDIA_TYPE, parameters=SITEMAP),
)
async def read_sitemap(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    given = parameters_of(request, frozenset({"cursor"}))
    cursor = parameters.text(given, "cursor", longest=2_000)
    place = decode(cursor, _QUERY, 2) if cursor else None
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    site = await site_of(parts)
    ends = [] if place else await parts.database.rows(ENDS_SQL, MOST_URLS)
    if ends:
        body = _index(site, ends)
    else:
        start = (place.moment(0), place.id(1)) if place else _START
        rows = await parts.database.rows(URLS_SQL, *start, MOST_URLS)
        body = await asyncio.to_thread(_urls, site, rows)
    is_stale = freshness is not None and await freshness.is_stale(None)
    return answer(asked, body, _MEDIA_TYPE, cache=PUBLIC, is_stale=is_stale)


def _index(site: SiteSettings, ends: Sequence[asyncpg.Record]) -> bytes:
    """The first list begins at the beginning, each other one after the end of the one before."""
    root = ET.Element("sitemapindex", {"xmlns": _NAMESPACE})
    for listed_at, post in [_START, *((end["listed_at"], end["post"]) for end in ends)]:
        add(add(root, "sitemap"), "loc", f"{site.base_url}/sitemap.xml?cursor={encode(_QUERY, listed_at, post)}")
    return document(root)


def _urls(site: SiteSettings, rows: Sequence[asyncpg.Record]) -> bytes:
    root = ET.Element("urlset", {"xmlns": _NAMESPACE})
    for slug, updated_at in rows:
        url = add(root, "url")
        add(url, "loc", post_url(site, slug))
        add(url, "lastmod", moment(updated_at))
    return document(root)
