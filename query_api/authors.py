"""GET /authors/{handle}: an author, with how many posts of theirs are published, and how many follow them."""

from collections.abc import Collection
from urllib.parse import quote
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api.answers import PRIVATE, PUBLIC, json_answer, moved, without
from query_api.asked import headers_of, parameters_of
from query_api.authors_sql import FORMER_AUTHOR
from query_api.documented import AUTHOR, door
from query_api.listing_filters import is_id
from query_api.parts import parts_of
from query_api.viewers import Viewer

router = APIRouter(tags=["authors"], route_class=BytesRoute)

MODELS = frozenset({"authors", "follows"})
_LONGEST = 36
_SELECT = f"""
    SELECT a.account::text AS id, a.version, a.handles[cardinality(a.handles)] AS handle,
           CASE WHEN a.is_closed THEN '{FORMER_AUTHOR}' ELSE a.name END AS name, a.biography, a.picture, a.since,
           (SELECT coalesce(sum(c.posts), 0)::bigint FROM serving.author_counts AS c
             WHERE c.account = a.account) AS posts,
           (SELECT coalesce(sum(n.followers), 0)::bigint FROM serving.follower_counts AS n
             WHERE n.followee = a.account AND NOT a.is_closed) AS followers,
           (SELECT coalesce(sum(n.followed), 0)::bigint FROM serving.followed_counts AS n
             WHERE n.follower = a.account AND NOT a.is_closed) AS following,
           EXISTS (SELECT FROM serving.follows AS f
                    WHERE f.follower = $2::uuid AND f.followee = a.account) AS followed
      FROM serving.authors AS a
"""  # noqa: S608 - constants
_BY_ID = f"{_SELECT} WHERE a.account = $1"
_BY_HANDLE = f"{_SELECT} WHERE a.account = (SELECT h.account FROM serving.author_handles AS h WHERE h.handle = $1)"  # noqa: S608 - constants


@router.get(
    "/authors/{handle}",  # noqa: FAST003 - the request carries it
    summary="Read about an author",
    **door(AUTHOR, path="handle", problems={404: ["AuthorNotFound"]}),
)
async def read_author(request: Request) -> Response:
    parts, asked, wanted = parts_of(request), headers_of(request), request.path_params["handle"]
    parameters_of(request, frozenset())
    viewer = await parts.viewers.find(asked.authorization)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    row = await find_author(request, wanted, viewer)
    is_stale = freshness is not None and await freshness.is_stale(_keys(row, viewer))
    if row is None:
        headers = {"Stale": "true"} if is_stale else None
        raise Problem(404, "AuthorNotFound", "There is no such author.", headers=headers)
    if row["handle"] != wanted and not is_id(wanted):
        return moved(f"/authors/{quote(row['handle'])}", cache=PUBLIC)
    shown = without(row, "version") if viewer else without(row, "version", "followed")
    cache = PRIVATE if viewer else PUBLIC
    return json_answer(asked, shown, version=row["version"], cache=cache, is_stale=is_stale)


async def find_author(request: Request, wanted: str, viewer: Viewer | None = None) -> "asyncpg.Record | None":
    """By a handle, also one that they had before, or an account's id; with whether the viewer follows them."""
    database, reader = parts_of(request).database, viewer.account if viewer else None
    if is_id(wanted):
        return await database.row(_BY_ID, UUID(wanted), reader)
    if len(wanted) > _LONGEST or "\x00" in wanted:
        return None
    return await database.row(_BY_HANDLE, wanted.lower(), reader)


def _keys(row: "asyncpg.Record | None", viewer: Viewer | None) -> Collection[str] | None:
    return None if row is None else [row["id"], *([str(viewer.account)] if viewer else [])]
