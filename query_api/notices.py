"""GET /me/notifications: what concerns whoever asks, the newest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import parameters
from query_api.answers import SECRET, json_answer, without
from query_api.asked import headers_of, parameters_of
from query_api.authors_sql import FORMER_AUTHOR, IS_ERASED
from query_api.comment_items import NOT_ERASED
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import CHANGES, door
from query_api.from_json import with_json
from query_api.listing import LATEST
from query_api.next_page import next_link
from query_api.notice_schemas import NOTICES
from query_api.parts import parts_of
from read_models.notices import FOLLOWER, MODERATION

router = APIRouter(tags=["accounts"], route_class=BytesRoute)

MODELS = frozenset({"notices", "comments", "post_pages", "authors"})
_BEGINNING: tuple[datetime, UUID] = (LATEST, UUID(int=(1 << 128) - 1))
_WHO = f"""
    json_build_object('id', a.account, 'handle', a.handles[cardinality(a.handles)],
                      'name', CASE WHEN a.is_closed THEN '{FORMER_AUTHOR}' ELSE a.name END)
"""
_COMMENT = "json_build_object('id', c.comment, 'parent', c.parent, 'status', c.status, 'html', c.html)"
_POST = "json_build_object('id', p.post, 'slug', p.slug, 'title', p.title)"
# Of what is not public there is no notice, and of a comment that is hidden one for its author alone.
PAGE = f"""
    WITH listed AS MATERIALIZED (
         SELECT n.noticed_at, n.subject, n.kind FROM (
                (SELECT t.noticed_at, t.comment AS subject, t.kind FROM serving.notices_of_comments AS t
                  WHERE t.account = $1 AND (t.noticed_at, t.comment) < ($2::timestamptz, $3::uuid)
                  ORDER BY t.noticed_at DESC, t.comment DESC LIMIT $4)
                 UNION ALL
                (SELECT t.noticed_at, t.follower, '{FOLLOWER}' FROM serving.notices_of_follows AS t
                  WHERE t.account = $1 AND (t.noticed_at, t.follower) < ($2::timestamptz, $3::uuid)
                  ORDER BY t.noticed_at DESC, t.follower DESC LIMIT $4)) AS n
          ORDER BY n.noticed_at DESC, n.subject DESC LIMIT $4)
    SELECT l.kind, l.noticed_at, l.subject AS listed,
           CASE WHEN l.kind = '{FOLLOWER}' THEN follower.who WHEN l.kind <> '{MODERATION}' THEN said.who END AS by,
           said.comment, said.post
      FROM listed AS l
      LEFT JOIN LATERAL (
           SELECT {_WHO} AS who FROM serving.authors AS a
            WHERE a.account = l.subject AND l.kind = '{FOLLOWER}' AND NOT a.is_closed OFFSET 0) AS follower ON true
      LEFT JOIN LATERAL (
           SELECT {_COMMENT} AS comment, {_POST} AS post, {_WHO} AS who
             FROM serving.comments AS c JOIN serving.post_pages AS p ON p.post = c.post
             LEFT JOIN serving.authors AS a ON a.account = c.author
            WHERE c.comment = l.subject AND (c.status = 'shown' OR l.kind = '{MODERATION}') AND p.status = 'published'
              AND NOT {IS_ERASED} AND {NOT_ERASED} OFFSET 0) AS said ON true
     ORDER BY l.noticed_at DESC, l.subject DESC
"""  # noqa: S608 - constants
"""($1 account, $2 time and $3 comment or follower beyond which the page begins, $4 how many)."""
_MADE_OF_JSON = ("by", "comment", "post")


@router.get("/me/notifications", summary="List what concerns you", **door(NOTICES, parameters=CHANGES, is_open=False))
async def list_notices(request: Request) -> Response:
    """A page may have fewer than asked for and yet a next one: what is not to be read any more is left out."""
    parts, asked = parts_of(request), headers_of(request)
    given = parameters_of(request, frozenset({"limit", "cursor"}))
    viewer = await parts.viewers.required(asked.authorization)
    limit, cursor = parameters.limit(given), parameters.text(given, "cursor", longest=2_000)
    query = fingerprint("notices", viewer.account)
    place = decode(cursor, query, 2) if cursor else None
    begin = _BEGINNING if place is None else (place.moment(0), place.id(1))
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    rows = await parts.database.rows(PAGE, viewer.account, *begin, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else encode(query, last["noticed_at"], last["listed"])
    items: list[dict[str, Any]] = [
        with_json(without(row, "listed"), _MADE_OF_JSON) for row in rows[:limit] if row["by"] or row["comment"]
    ]
    is_stale = freshness is not None and await freshness.is_stale(None)
    link = next_link(request, following)
    return json_answer(asked, {"items": items, "next": following}, cache=SECRET, is_stale=is_stale, link=link)
