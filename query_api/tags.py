"""GET /tags: tags of published posts, with how many each."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import parameters
from query_api.answers import PUBLIC, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import TAG_PAGE, TAGS, door
from query_api.next_page import next_link
from query_api.parts import parts_of

router = APIRouter(tags=["tags"], route_class=BytesRoute)

MODELS = frozenset({"tags"})
_KNOWN = frozenset({"order", "limit", "cursor"})
_COUNTED = """
    SELECT s.tag, (array_agg(s.spelling ORDER BY s.posts DESC, s.spelling))[1] AS name, sum(s.posts)::bigint AS posts
      FROM (SELECT t.tag, t.spelling, sum(t.posts) AS posts FROM serving.tags AS t
             WHERE t.tag > $1 GROUP BY t.tag, t.spelling) AS s
     GROUP BY s.tag HAVING sum(s.posts) > 0
"""
_BY_NAME = f"{_COUNTED} ORDER BY s.tag LIMIT $2"
_BY_POSTS = f"""
    SELECT * FROM ({_COUNTED}) AS counted
     WHERE posts < $2 OR (posts = $2 AND tag > $3) ORDER BY posts DESC, tag LIMIT $4
"""  # noqa: S608 - constants
_BEYOND_ALL = 1 << 62


@router.get("/tags", summary="List tags", **door(TAG_PAGE, parameters=TAGS))
async def list_tags(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _KNOWN)
    is_by_name = parameters.choice(given, "order", {"-posts": False, "tag": True}, "-posts")
    limit, cursor = parameters.limit(given), parameters.text(given, "cursor", longest=2_000)
    query = fingerprint("tags", is_by_name)
    place = decode(cursor, query, 2) if cursor else None
    posts, tag = (place.count(0), place.text(1)) if place else (_BEYOND_ALL, "")
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    if is_by_name:
        rows = await parts.database.rows(_BY_NAME, tag, limit + 1)
    else:
        rows = await parts.database.rows(_BY_POSTS, "", posts, tag, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else encode(query, last["posts"], last["tag"])
    content: dict[str, Any] = {"items": [dict(row) for row in rows[:limit]], "next": following}
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, content, cache=PUBLIC, is_stale=is_stale, link=next_link(request, following))
