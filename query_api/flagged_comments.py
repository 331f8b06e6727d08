"""GET /comments?status=flagged: what moderators should look at, who waits longest first."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api import parameters
from query_api.answers import SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.authors_sql import IS_ERASED
from query_api.comment_items import NOT_ERASED, item_sql
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import FLAGGED_ONES, door
from query_api.next_page import next_link
from query_api.parts import parts_of
from query_api.schemas import FLAGGED

router = APIRouter(tags=["comments"], route_class=BytesRoute)

MODELS = frozenset({"comments", "post_pages", "authors"})
_GIVEN = frozenset({"status", "limit", "cursor"})
_QUERY = fingerprint("flagged comments")
_BEGINNING = (datetime(1, 1, 2, tzinfo=UTC), UUID(int=0))
_FLAGGED = f"""
    SELECT f.flagged_at, f.comment AS listed, card.*
      FROM (SELECT flagged_at, comment FROM serving.flagged_comments
             WHERE (flagged_at, comment) > ($1, $2) ORDER BY flagged_at, comment LIMIT $3) AS f
      LEFT JOIN LATERAL (
           SELECT {item_sql("$4", "true")} AS item, p.post::text AS post, p.slug, p.title
             FROM serving.comments AS c JOIN serving.post_pages AS p ON p.post = c.post
             LEFT JOIN serving.authors AS a ON a.account = c.author
            WHERE c.comment = f.comment AND NOT {IS_ERASED} AND {NOT_ERASED} OFFSET 0) AS card ON true
     ORDER BY f.flagged_at, f.comment
"""  # noqa: S608 - constants


@router.get(
    "/comments",
    summary="List flagged comments",
    **door(FLAGGED, parameters=FLAGGED_ONES, is_open=False, problems={403: ["EditorRoleRequired"]}),
)
async def list_flagged(request: Request) -> Response:
    """A page may have fewer comments than asked for and yet a next one: those of posts that are gone are left out."""
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _GIVEN)
    parameters.choice(given, "status", {"flagged": None}, "flagged")
    limit, cursor = parameters.limit(given), parameters.text(given, "cursor", longest=2_000)
    viewer = await parts.viewers.required(asked.authorization)
    if not viewer.is_editor:
        raise Problem(403, "EditorRoleRequired", "Only editors list flagged comments.")
    place = decode(cursor, _QUERY, 2) if cursor else None
    begin = _BEGINNING if place is None else (place.moment(0), place.id(1))
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    rows = await parts.database.rows(_FLAGGED, *begin, limit + 1, viewer.account)
    following = encode(_QUERY, rows[limit - 1]["flagged_at"], rows[limit - 1]["listed"]) if len(rows) > limit else None
    items: list[dict[str, Any]] = [
        {
            **orjson.loads(row["item"]),
            "flagged_at": row["flagged_at"],
            "post": {"id": row["post"], "slug": row["slug"], "title": row["title"]},
        }
        for row in rows[:limit]
        if row["item"] is not None
    ]
    return json_answer(
        asked,
        {"items": items, "next": following},
        cache=SECRET,
        is_stale=freshness is not None and await freshness.is_stale(None),
        link=next_link(request, following),
    )
