"""GET /authors/{handle}: an author, with how many posts of theirs are published."""

from urllib.parse import quote
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api.answers import PUBLIC, json_answer, moved, without
from query_api.asked import headers_of, parameters_of
from query_api.authors_sql import FORMER_AUTHOR
from query_api.documented import AUTHOR, door
from query_api.listing_filters import is_id
from query_api.parts import parts_of

router = APIRouter(tags=["authors"], route_class=BytesRoute)

MODELS = frozenset({"authors"})
_LONGEST = 36
_SELECT = f"""
    SELECT a.account::text AS id, a.version, a.handles[cardinality(a.handles)] AS handle,
           CASE WHEN a.is_closed THEN '{FORMER_AUTHOR}' ELSE a.name END AS name, a.biography, a.since,
           (SELECT coalesce(sum(c.posts), 0)::bigint FROM serving.author_counts AS c
             WHERE c.account = a.account) AS posts
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
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    row = await find_author(request, wanted)
    is_stale = freshness is not None and await freshness.is_stale(None if row is None else [row["id"]])
    if row is None:
        headers = {"Stale": "true"} if is_stale else None
        raise Problem(404, "AuthorNotFound", "There is no such author.", headers=headers)
    if row["handle"] != wanted and not is_id(wanted):
        return moved(f"/authors/{quote(row['handle'])}", cache=PUBLIC)
    return json_answer(asked, without(row, "version"), version=row["version"], cache=PUBLIC, is_stale=is_stale)


async def find_author(request: Request, wanted: str) -> "asyncpg.Record | None":
    """By a handle, also one that they had before, or an account's id."""
    database = parts_of(request).database
    if is_id(wanted):
        return await database.row(_BY_ID, UUID(wanted))
    if len(wanted) > _LONGEST or "\x00" in wanted:
        return None
    return await database.row(_BY_HANDLE, wanted.lower())
