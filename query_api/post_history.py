"""The history of a post, for those who may change it: its versions, each of them, and what differs between two."""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api import parameters, post_pages
from query_api.answers import SECRET, json_answer
from query_api.asked import Asked, headers_of, parameters_of, wrong
from query_api.consistency import Freshness
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import CHANGES, COMPARED, POST_PAGE, door
from query_api.earlier import LAST_VERSION, Earlier, as_it_was
from query_api.listing import LATEST
from query_api.next_page import next_link
from query_api.parts import parts_of
from query_api.post_history_sql import AS_IT_WAS
from query_api.post_history_sql import CHANGES as CHANGES_SQL
from query_api.post_pages import find_post, not_found, shown_to
from query_api.schemas import DIFF, REVISIONS
from query_api.text_diff import hunks
from query_api.viewers import Viewer

router = APIRouter(tags=["posts"], route_class=BytesRoute)

MODELS = post_pages.MODELS | post_pages.HISTORY
_PROBLEMS = {403: ["NotTheAuthor"], 404: ["PostNotFound"]}
_COMPARED = (
    "status",
    "slug",
    "title",
    "excerpt",
    "format",
    "language",
    "tags",
    "comments_allowed",
    "published_at",
    "publish_at",
)


class _Found(NamedTuple):
    """A post whose history the reader may see."""

    asked: Asked
    given: dict[str, list[str]]
    row: asyncpg.Record
    viewer: Viewer
    freshness: Freshness | None

    @property
    def post(self) -> UUID:
        return UUID(self.row["id"])

    async def answer(self, content: Any, *, link: str | None = None) -> Response:
        is_stale = self.freshness is not None and await self.freshness.is_stale([self.row["id"]])
        return json_answer(self.asked, content, version=self.row["version"], cache=SECRET, is_stale=is_stale, link=link)


@router.get(
    "/posts/{post}/revisions",  # noqa: FAST003 - the request carries it
    summary="List what happened to a post",
    **door(REVISIONS, path="post", parameters=CHANGES, is_open=False, problems=_PROBLEMS),
)
async def list_revisions(request: Request) -> Response:
    found = await _find(request, frozenset({"limit", "cursor"}))
    limit, cursor = parameters.limit(found.given), parameters.text(found.given, "cursor", longest=2_000)
    query = fingerprint("revisions", found.post)
    before = decode(cursor, query, 1).count(0) if cursor else LAST_VERSION
    rows = await parts_of(request).database.rows(CHANGES_SQL, found.post, min(before, LAST_VERSION), limit + 1)
    following = encode(query, rows[limit - 1]["version"]) if len(rows) > limit else None
    content = {"items": [dict(row) for row in rows[:limit]], "next": following}
    return await found.answer(content, link=next_link(request, following))


@router.get(
    "/posts/{post}/revisions/{version}",  # noqa: FAST003 - the request carries it
    summary="Read a version of a post",
    **door(POST_PAGE, path="post", is_open=False, problems=_PROBLEMS, also=["version"]),
)
async def read_revision(request: Request) -> Response:
    found = await _find(request, frozenset())
    version = parameters.whole_number({"version": [request.path_params["version"]]}, "version", LAST_VERSION)
    shown = shown_to(found.row, found.viewer)
    was = await as_it_was(parts_of(request).database, shown, Earlier(version=version), is_own=True)
    if was is None:
        raise not_found(is_stale=False)
    return await found.answer(was)


@router.get(
    "/posts/{post}/diff",  # noqa: FAST003 - the request carries it
    summary="Compare two versions of a post",
    **door(DIFF, path="post", parameters=COMPARED, is_open=False, problems=_PROBLEMS),
)
async def compare_revisions(request: Request) -> Response:
    found = await _find(request, frozenset({"from", "to"}))
    one, other = await _at(request, found, "from"), await _at(request, found, "to")
    fields = {name: {"before": one[name], "after": other[name]} for name in _COMPARED if one[name] != other[name]}
    body = await asyncio.to_thread(hunks, one["body"] or "", other["body"] or "")
    return await found.answer(
        {"from_version": one["version"], "to_version": other["version"], "fields": fields, "body": body}
    )


async def _at(request: Request, found: _Found, name: str) -> asyncpg.Record:
    if name not in found.given:
        raise wrong(name, "says which version")
    version = parameters.whole_number(found.given, name, LAST_VERSION)
    row = None
    if version <= found.row["version"]:
        row = await parts_of(request).database.row(AS_IT_WAS, found.post, version, LATEST)
    if row is None:
        raise not_found(is_stale=False)
    return row


async def _find(request: Request, known: frozenset[str]) -> _Found:
    """The post, waited for.

    Raises:
        Problem: 401, 403 for who may read it and no more, 404.
    """
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, known)
    viewer = await parts.viewers.required(asked.authorization)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    row = await find_post(request, request.path_params["post"], viewer)
    if row is None:
        raise not_found(is_stale=freshness is not None and await freshness.is_stale(None))
    if not viewer.may_edit(row["author_ids"]):
        raise Problem(403, "NotTheAuthor", "Only its authors and editors see the history of a post.")
    return _Found(asked, given, row, viewer, freshness)
