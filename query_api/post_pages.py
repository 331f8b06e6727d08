"""GET /posts/{id or slug}: one post."""

from collections.abc import Collection
from typing import Any
from urllib.parse import quote
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api import parameters, profiles
from query_api.answers import PRIVATE, PUBLIC, SECRET, json_answer, moved, without
from query_api.asked import Asked, headers_of, parameters_of
from query_api.authors_sql import AUTHORS, IS_ERASED
from query_api.categories_sql import CATEGORY
from query_api.documented import EARLIER, POST_PAGE, PROFILES, door
from query_api.earlier import NAMES, as_it_was, earlier_of
from query_api.from_json import with_json
from query_api.listing_filters import is_id
from query_api.media_sql import COVER
from query_api.parts import parts_of
from query_api.popularity_sql import COMMENTS, COUNTED, LIKED, LIKES
from query_api.previews import not_valid, preview_of, preview_token
from query_api.viewers import Viewer

router = APIRouter(tags=["posts"], route_class=BytesRoute)

MODELS = frozenset({"post_pages", "post_slugs", "authors", "categories", "popularity", "likes", "media"})
_LONGEST_SLUG = 200
HISTORY = frozenset({"post_history"})

_COLUMNS = f"""
    p.post::text AS id, p.version, p.status, p.slug, p.title, coalesce(p.excerpt, p.lead) AS excerpt, p.html,
    p.language, p.tags, {CATEGORY} AS category, {COVER} AS cover, {AUTHORS} AS authors, p.comments_allowed,
    p.created_at, p.updated_at, p.published_at, p.authors AS author_ids, {LIKES} AS likes, {COMMENTS} AS comments
"""
_FROM = f"FROM serving.post_pages AS p {COUNTED}"
_BY_ID = "p.post = $1"
_BY_SLUG = "p.post = (SELECT s.post FROM serving.post_slugs AS s WHERE s.slug = $1 ORDER BY s.position DESC LIMIT 1)"
_FOR_ALL = f"SELECT {_COLUMNS} {_FROM} WHERE p.status = 'published' AND NOT {IS_ERASED} AND "
_WITH_SOURCE_FOR_ALL = (
    f"SELECT {_COLUMNS}, p.format, p.body {_FROM} WHERE p.status = 'published' AND NOT {IS_ERASED} AND "
)
_FOR_SIGNED_IN = (
    f"SELECT {_COLUMNS}, {LIKED.format(reader='$2')} AS liked, p.format, p.body, p.excerpt IS NULL AS excerpt_is_cut, "
    f"p.publish_at {_FROM} WHERE NOT {IS_ERASED} AND "
)
_SOURCE = ("format", "body")
_OF_AUTHORS_ALONE = ("excerpt_is_cut", "publish_at")


@router.get(
    "/posts/{post}",  # noqa: FAST003 - the request carries it
    summary="Read one post",
    **door(
        POST_PAGE,
        path="post",
        parameters=[*EARLIER, PROFILES],
        problems={403: ["PreviewNotValid"], 404: ["PostNotFound"]},
    ),
)
async def read_post(request: Request) -> Response:
    parts, asked, wanted = parts_of(request), headers_of(request), request.path_params["post"]
    given = parameters_of(request, NAMES | {"preview", profiles.NAME})
    with_profiles = parameters.flag(given, profiles.NAME)
    given.pop(profiles.NAME, None)
    if "preview" in given:
        return await _read_preview(request, asked, preview_token(given))
    earlier = earlier_of(given)
    viewer = await parts.viewers.find(asked.authorization)
    models = MODELS | (HISTORY if earlier else frozenset()) | (profiles.MODELS if with_profiles else frozenset())
    freshness = await parts.consistency.wait(asked.token, asked.prefer, models) if asked.token else None
    row = await find_post(request, wanted, viewer)
    is_stale = freshness is not None and await freshness.is_stale(_keys(row, viewer if with_profiles else None))
    if row is None:
        raise not_found(is_stale=is_stale)
    if row["slug"] != wanted and not is_id(wanted):
        query = f"?{request.url.query}" if request.url.query else ""
        return moved(f"/posts/{quote(row['slug'])}{query}", cache=PUBLIC if row["status"] == "published" else SECRET)
    is_source_public = parts.settings.public_source
    shown, cache = shown_to(row, viewer, is_source_public=is_source_public), _cache(row, viewer)
    if with_profiles:
        shown[profiles.NAME] = await profiles.profiles_of(parts.database, [row["author_ids"]], viewer)
    if earlier is not None:
        was = await as_it_was(parts.database, shown, earlier, is_own=_may_edit(row, viewer))
        if was is None:
            raise not_found(is_stale=is_stale)
        shown, cache = was, cache if was["status"] == "published" else SECRET
    return json_answer(asked, shown, version=shown["version"], cache=cache, is_stale=is_stale)


async def _read_preview(request: Request, asked: Asked, token: str) -> Response:
    """For whoever has the link, as long as who made it may see the post."""
    parts = parts_of(request)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    preview = await preview_of(parts.viewers, token)
    row = await find_post(request, request.path_params["post"], preview.maker)
    is_stale = freshness is not None and await freshness.is_stale(_keys(row, None))
    if row is None or row["id"] != str(preview.post) or not _may_edit(row, preview.maker):
        raise not_valid()
    hidden = {"liked", *_SOURCE, *_OF_AUTHORS_ALONE}
    shown = {name: value for name, value in shown_to(row, preview.maker).items() if name not in hidden}
    answer = json_answer(asked, shown, version=row["version"], cache=SECRET, is_stale=is_stale)
    answer.headers.update({"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"})
    return answer


async def find_post(request: Request, wanted: str, viewer: Viewer | None) -> "asyncpg.Record | None":
    """By its id or a slug that it has or had; None when there is none that this reader may see."""
    database, is_source_public = parts_of(request).database, parts_of(request).settings.public_source
    for_all = _WITH_SOURCE_FOR_ALL if is_source_public else _FOR_ALL
    text, reader = (for_all, ()) if viewer is None else (_FOR_SIGNED_IN, (viewer.account,))
    if is_id(wanted):
        row = await database.row(text + _BY_ID, UUID(wanted), *reader)
    elif len(wanted) <= _LONGEST_SLUG and "\x00" not in wanted:
        row = await database.row(text + _BY_SLUG, wanted, *reader)
    else:
        return None
    is_hidden = row is not None and row["status"] != "published" and not _may_edit(row, viewer)
    return None if is_hidden else row


def _may_edit(row: "asyncpg.Record", viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.may_edit(row["author_ids"])


def shown_to(row: "asyncpg.Record", viewer: Viewer | None, *, is_source_public: bool = False) -> dict[str, Any]:
    """Everything for those who may change it, so that they can; how it looks for all others."""
    not_theirs = _OF_AUTHORS_ALONE if is_source_public else (*_SOURCE, *_OF_AUTHORS_ALONE)
    hidden = () if viewer is None or _may_edit(row, viewer) else not_theirs
    shown = with_json(without(row, "author_ids", *hidden))
    if row["status"] != "scheduled":
        shown.pop("publish_at", None)
    return shown


def _cache(row: "asyncpg.Record", viewer: Viewer | None) -> str:
    if row["status"] != "published":
        return SECRET
    return PUBLIC if viewer is None else PRIVATE


def _keys(row: "asyncpg.Record | None", follower: Viewer | None) -> Collection[str] | None:
    if row is None:
        return None
    cover = [] if row["cover"] is None else [orjson.loads(row["cover"])["id"]]
    followed = [] if follower is None else [str(follower.account)]
    return [row["id"], *map(str, row["author_ids"]), "taxonomy", *cover, *followed]


def not_found(*, is_stale: bool) -> Problem:
    """The same for what never was, what is gone, and what is not for this reader."""
    return Problem(404, "PostNotFound", "There is no such post.", headers={"Stale": "true"} if is_stale else None)
