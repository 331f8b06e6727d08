"""GET /posts/{id}/comments and GET /comments/{id}: what was said below a post."""

from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api import parameters, profiles
from query_api.answers import PRIVATE, PUBLIC, SECRET, json_answer
from query_api.asked import Asked, headers_of, parameters_of
from query_api.authors_sql import IS_ERASED
from query_api.comment_items import NOT_ERASED, item_sql, reading, thread
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import OF_A_THREAD, PROFILES, door
from query_api.listing_filters import PUBLISHED, is_id
from query_api.next_page import next_link
from query_api.parts import parts_of
from query_api.post_pages import not_found
from query_api.schemas import COMMENT, THREAD
from query_api.viewers import Viewer
from read_models.comments import HIDDEN, SHOWN, hidden_of

router = APIRouter(tags=["comments"], route_class=BytesRoute)

MODELS = frozenset({"comments", "post_pages", "authors"})
USUAL, MOST = 100, 1_000
_GIVEN = frozenset({"limit", "cursor", "total", profiles.NAME})

_COUNT = "SELECT coalesce(sum(comments), 0)::int AS total FROM serving.comment_counts WHERE post = $1"


@cache
def _thread_sql(*, is_source_public: bool) -> str:
    """What everybody sees and what this reader sees beside it are two ranges of one index.

    A facet that nobody has is an empty one.
    """
    item = item_sql("$5", "$6", is_source_public=is_source_public)
    return f"""
    SELECT p.status AS post_status, p.authors AS post_authors, page.places, page.items, page.authors
      FROM serving.post_pages AS p
      LEFT JOIN LATERAL (
           SELECT array_agg(c.place ORDER BY c.place) AS places, array_agg(c.item ORDER BY c.place) AS items,
                  array_agg(c.author ORDER BY c.place) AS authors
             FROM (SELECT listed.place, CASE WHEN {NOT_ERASED} THEN {item} END AS item, c.author
                     FROM ((SELECT t.place, t.comment FROM serving.threads AS t
                             WHERE t.post = $1 AND t.facet = '{SHOWN}' AND t.place > $2 ORDER BY t.place LIMIT $4)
                            UNION ALL
                           (SELECT t.place, t.comment FROM serving.threads AS t
                             WHERE t.post = $1 AND t.facet = $3 AND t.place > $2 ORDER BY t.place LIMIT $4)) AS listed
                     JOIN serving.comments AS c ON c.comment = listed.comment
                     LEFT JOIN serving.authors AS a ON a.account = c.author
                    ORDER BY listed.place LIMIT $4) AS c) AS page ON true
     WHERE p.post = $1 AND NOT {IS_ERASED}
"""  # noqa: S608 - constants


@cache
def _one_sql(*, is_source_public: bool) -> str:
    return f"""
    SELECT p.status AS post_status, p.authors AS post_authors, p.post::text AS post, c.author, c.status,
           c.version, {item_sql("$2", "$3", is_source_public=is_source_public)} AS item
      FROM serving.comments AS c JOIN serving.post_pages AS p ON p.post = c.post
      LEFT JOIN serving.authors AS a ON a.account = c.author
     WHERE c.comment = $1 AND NOT {IS_ERASED} AND {NOT_ERASED}
"""  # noqa: S608 - constants


@router.get(
    "/posts/{post}/comments",  # noqa: FAST003 - the request carries it
    summary="Read the comments of a post",
    **door(THREAD, parameters=OF_A_THREAD, path="post", problems={404: ["PostNotFound"]}),
)
async def read_thread(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _GIVEN)
    wanted, limit = request.path_params["post"], parameters.limit(given, default=USUAL, most=MOST)
    is_counted, with_profiles = parameters.flag(given, "total"), parameters.flag(given, profiles.NAME)
    models = MODELS | profiles.MODELS if with_profiles else MODELS
    viewer = await parts.viewers.find(asked.authorization)
    query = fingerprint("comments", wanted)
    cursor = parameters.text(given, "cursor", longest=2_000)
    after = decode(cursor, query, 1).text(0) if cursor else ""
    freshness = await parts.consistency.wait(asked.token, asked.prefer, models) if asked.token else None
    row = await _page(request, wanted, viewer, after, limit)
    is_stale = freshness is not None and await freshness.is_stale(
        None if row is None or with_profiles else [wanted.lower()]
    )
    if row is None:
        raise not_found(is_stale=is_stale)
    places, items = row["places"] or [], row["items"] or []
    following = encode(query, places[limit - 1]) if len(places) > limit else None
    content: dict[str, Any] = {"items": list(thread(places[:limit], items[:limit], after)), "next": following}
    if is_counted:
        counted = await parts.database.row(_COUNT, UUID(wanted))
        content["total"] = counted["total"] if counted is not None else 0
    if with_profiles:
        content[profiles.NAME] = await profiles.profiles_of(parts.database, [(row["authors"] or [])[:limit]], viewer)
    return _answer(asked, content, row, viewer, is_stale=is_stale, link=next_link(request, following))


@router.get(
    "/comments/{comment}",  # noqa: FAST003 - the request carries it
    summary="Read one comment",
    **door(COMMENT, parameters=[PROFILES], path="comment", problems={404: ["CommentNotFound"]}),
)
async def read_comment(request: Request) -> Response:
    parts, asked, wanted = parts_of(request), headers_of(request), request.path_params["comment"]
    with_profiles = parameters.flag(parameters_of(request, frozenset({profiles.NAME})), profiles.NAME)
    models = MODELS | profiles.MODELS if with_profiles else MODELS
    viewer = await parts.viewers.find(asked.authorization)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, models) if asked.token else None
    sql = _one_sql(is_source_public=parts.settings.public_source)
    row = await parts.database.row(sql, UUID(wanted), *reading(viewer)) if is_id(wanted) else None
    keys = None if row is None or with_profiles else [row["post"]]  # of a profile, any key may matter
    is_stale = freshness is not None and await freshness.is_stale(keys)
    if row is None or not _is_readable(row, viewer):
        headers = {"Stale": "true"} if is_stale else None
        raise Problem(404, "CommentNotFound", "There is no such comment.", headers=headers)
    content = {"post": row["post"], **orjson.loads(row["item"])}
    if with_profiles:
        content[profiles.NAME] = await profiles.profiles_of(parts.database, [[row["author"]]], viewer)
    return _answer(asked, content, row, viewer, is_stale=is_stale, version=row["version"])


async def _page(
    request: Request, wanted: str, viewer: Viewer | None, after: str, limit: int
) -> "asyncpg.Record | None":
    """None: there is no such post for this reader."""
    if not is_id(wanted):
        return None
    values = (UUID(wanted), after, _facet_beside(viewer), limit + 1, *reading(viewer))
    parts = parts_of(request)
    row = await parts.database.row(_thread_sql(is_source_public=parts.settings.public_source), *values)
    return row if row is not None and _is_post_readable(row, viewer) else None


def _facet_beside(viewer: Viewer | None) -> str:
    if viewer is None:
        return ""
    return HIDDEN if viewer.is_editor else hidden_of(viewer.account)


def _is_post_readable(row: "asyncpg.Record", viewer: Viewer | None) -> bool:
    return row["post_status"] == PUBLISHED or (viewer is not None and viewer.may_edit(row["post_authors"]))


def _is_readable(row: "asyncpg.Record", viewer: Viewer | None) -> bool:
    if not _is_post_readable(row, viewer):
        return False
    return row["status"] == SHOWN or (viewer is not None and viewer.may_edit([row["author"]]))


def _answer(  # noqa: PLR0913 - what an answer is made of
    asked: Asked,
    content: Any,
    row: "asyncpg.Record",
    viewer: Viewer | None,
    *,
    is_stale: bool,
    version: int = 0,
    link: str | None = None,
) -> Response:
    cache = PUBLIC if viewer is None else PRIVATE
    cache = cache if row["post_status"] == PUBLISHED else SECRET
    return json_answer(asked, content, version=version, cache=cache, is_stale=is_stale, link=link)
