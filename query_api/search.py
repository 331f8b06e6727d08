"""GET /search: published posts by the words of their titles and texts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import parameters
from query_api.answers import PUBLIC, json_answer, without
from query_api.asked import headers_of, parameters_of, wrong
from query_api.cursors import Place, decode, encode, fingerprint
from query_api.database import Database
from query_api.documented import SEARCHED, door
from query_api.from_json import with_json
from query_api.highlights import fragments, marked
from query_api.listing import LATEST
from query_api.listing_filters import PUBLISHED, of_language, of_renamed_tags
from query_api.next_page import next_link
from query_api.parts import parts_of
from query_api.schemas import SEARCHED_CARDS
from query_api.search_sql import near_sql, search_sql
from query_api.search_terms import Terms, terms_of
from read_models.keys import title_key

router = APIRouter(tags=["posts"], route_class=BytesRoute)

MODELS = frozenset({"search", "post_pages", "authors", "categories", "tags", "popularity", "media"})
_KNOWN = frozenset({"q", "tag", "language", "limit", "cursor"})
_BEFORE_ALL = (1 << 30, 1 << 30, LATEST, UUID(int=(1 << 128) - 1))
_OF_THE_RANKING = (
    "key",
    "listed",
    "matches",
    "author_ids",
    "publish_at",
    "tier",
    "score",
    "listed_at",
    "searched_in",
    "searched_title",
    "beginning",
)

Row = asyncpg.Record


@router.get("/search", summary="Search published posts", **door(SEARCHED_CARDS, parameters=SEARCHED))
async def search(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _KNOWN)
    typed = parameters.text(given, "q")
    if typed is None:
        raise wrong("q", "says what is searched for")
    limit, cursor = parameters.limit(given), parameters.text(given, "cursor", longest=2_000)
    terms = terms_of(typed, parameters.text(given, "language"))
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    filters = [*await of_renamed_tags(parts.database, "", given.get("tag", ())), *of_language("", given)]
    query = fingerprint("search", typed, filters)
    place = decode(cursor, query, 4) if cursor else None
    rows = await _found(parts.database, terms, filters, place, limit + 1)
    is_near = not rows and place is None and bool(terms.terms)
    if is_near:
        rows = (await _near(parts.database, typed, filters, limit))[:limit]
    following = _next(query, rows[limit - 1]) if len(rows) > limit else None
    items = [_item(row, terms) for row in rows[:limit] if row["status"] == PUBLISHED]
    content: dict[str, Any] = {"items": items, "next": following, "is_near": is_near and bool(items)}
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, content, cache=PUBLIC, is_stale=is_stale, link=next_link(request, following))


async def _found(
    database: Database, terms: Terms, filters: Sequence[str], place: Place | None, limit: int
) -> list[Row]:
    if not terms.terms:
        return []
    sql = search_sql(len(terms.terms), is_filtered=bool(filters))
    return await database.rows(sql, filters, *_begin(place), limit, *terms.terms)


async def _near(database: Database, typed: str, filters: Sequence[str], limit: int) -> list[Row]:
    return await database.rows(near_sql(), filters, *_BEFORE_ALL, limit, title_key(typed))


def _begin(place: Place | None) -> tuple[Any, ...]:
    if place is None:
        return _BEFORE_ALL
    return min(place.count(0), 1), min(place.count(1), 1 << 30), place.moment(2), place.id(3)


def _next(query: str, last: Row) -> str:
    return encode(query, last["tier"], last["score"], last["listed_at"], last["listed"])


def _item(row: Row, terms: Terms) -> dict[str, Any]:
    item = with_json(without(row, *_OF_THE_RANKING))
    item["highlights"] = {
        "title": marked(row["searched_title"], terms, row["searched_in"]),
        "text": fragments(row["beginning"], terms, row["searched_in"]),
    }
    return item
