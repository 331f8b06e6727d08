"""Feeds of the newest posts: of all, of a tag, of an author, of a category; as Atom and as JSON Feed."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api import atom as atom_format
from query_api import json_feed as json_format
from query_api.answers import PUBLIC, answer, moved
from query_api.asked import Asked, headers_of, parameters_of
from query_api.authors import find_author
from query_api.category_tree import find_category, with_what_is_below
from query_api.consistency import Freshness
from query_api.documented import door
from query_api.feed_entries import Feed, author_url, newest
from query_api.listing_filters import PUBLISHED, is_id, of_renamed_tags
from query_api.parts import parts_of
from query_api.site_settings import SiteSettings, site_of
from read_models import facets

router = APIRouter(tags=["feeds"], route_class=BytesRoute)

MODELS = frozenset({"post_lists", "post_pages", "authors", "categories", "site", "tags", "media"})
_ATOM: dict[str, Any] = {"type": "string", "description": "RFC 4287"}
_JSON_FEED: dict[str, Any] = {
    "type": "object",
    "description": "https://www.jsonfeed.org/version/1.1/",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "items": {"type": "array", "items": {"type": "object", "required": ["id"]}},
    },
}
_SHOWN: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "feed.atom": (atom_format.MEDIA_TYPE, atom_format.atom),
    "feed.json": (json_format.MEDIA_TYPE, json_format.json_feed),
}
_AUTHOR_NOT_FOUND = {404: ["AuthorNotFound"]}
_CATEGORY_NOT_FOUND = {404: ["CategoryNotFound"]}


class _Waited(NamedTuple):
    """A request that need not wait any more."""

    asked: Asked
    freshness: Freshness | None


class _Subject(NamedTuple):
    """What a feed is of."""

    lists: Sequence[str]
    """Of which no two share a post."""
    title: str
    home_url: str


def _documented(file: str, **more: Any) -> dict[str, Any]:
    schema = _ATOM if file == "feed.atom" else _JSON_FEED
    return door(schema, media_type=_SHOWN[file][0], **more)


@router.get("/feed.atom", summary="Follow all posts by Atom", **_documented("feed.atom"))
async def read_atom(request: Request) -> Response:
    return await _of_everything(request, "feed.atom")


@router.get("/feed.json", summary="Follow all posts by JSON Feed", **_documented("feed.json"))
async def read_json_feed(request: Request) -> Response:
    return await _of_everything(request, "feed.json")


@router.get(
    "/tags/{tag:path}/feed.atom",  # noqa: FAST003 - the request carries it
    summary="Follow a tag by Atom",
    **_documented("feed.atom", path="tag"),
)
async def read_atom_of_tag(request: Request) -> Response:
    return await _of_tag(request, "feed.atom")


@router.get(
    "/tags/{tag:path}/feed.json",  # noqa: FAST003 - the request carries it
    summary="Follow a tag by JSON Feed",
    **_documented("feed.json", path="tag"),
)
async def read_json_feed_of_tag(request: Request) -> Response:
    return await _of_tag(request, "feed.json")


@router.get(
    "/authors/{handle}/feed.atom",  # noqa: FAST003 - the request carries it
    summary="Follow an author by Atom",
    **_documented("feed.atom", path="handle", problems=_AUTHOR_NOT_FOUND),
)
async def read_atom_of_author(request: Request) -> Response:
    return await _of_author(request, "feed.atom")


@router.get(
    "/authors/{handle}/feed.json",  # noqa: FAST003 - the request carries it
    summary="Follow an author by JSON Feed",
    **_documented("feed.json", path="handle", problems=_AUTHOR_NOT_FOUND),
)
async def read_json_feed_of_author(request: Request) -> Response:
    return await _of_author(request, "feed.json")


@router.get(
    "/categories/{category}/feed.atom",  # noqa: FAST003 - the request carries it
    summary="Follow a category by Atom",
    **_documented("feed.atom", path="category", problems=_CATEGORY_NOT_FOUND),
)
async def read_atom_of_category(request: Request) -> Response:
    return await _of_category(request, "feed.atom")


@router.get(
    "/categories/{category}/feed.json",  # noqa: FAST003 - the request carries it
    summary="Follow a category by JSON Feed",
    **_documented("feed.json", path="category", problems=_CATEGORY_NOT_FOUND),
)
async def read_json_feed_of_category(request: Request) -> Response:
    return await _of_category(request, "feed.json")


async def _of_everything(request: Request, file: str) -> Response:
    waited = await _waited(request)
    site = await site_of(parts_of(request))
    subject = _Subject([facets.everything(PUBLISHED)], site.title, f"{site.base_url}/")
    return await _feed(request, waited, file, site, subject)


async def _of_tag(request: Request, file: str) -> Response:
    waited, tag = await _waited(request), request.path_params["tag"]
    site = await site_of(parts_of(request))
    lists = await of_renamed_tags(parts_of(request).database, PUBLISHED, [tag])
    subject = _Subject(lists, f"{site.title}: {tag}", f"{site.base_url}/tags/{quote(tag, safe='')}")
    return await _feed(request, waited, file, site, subject)


async def _of_author(request: Request, file: str) -> Response:
    waited, wanted = await _waited(request), request.path_params["handle"]
    row = await find_author(request, wanted)
    if row is None or row["handle"] is None:
        raise Problem(404, "AuthorNotFound", "There is no such author.")
    if row["handle"] != wanted and not is_id(wanted):
        return moved(f"/authors/{quote(row['handle'])}/{file}", cache=PUBLIC)
    site, facet = await site_of(parts_of(request)), facets.by_author(PUBLISHED, UUID(row["id"]))
    subject = _Subject([facet], f"{site.title}: {row['name'] or row['handle']}", author_url(site, row["handle"]))
    return await _feed(request, waited, file, site, subject)


async def _of_category(request: Request, file: str) -> Response:
    """With all that lies below it."""
    waited, wanted = await _waited(request), request.path_params["category"]
    database, site = parts_of(request).database, await site_of(parts_of(request))
    category = await find_category(database, wanted)
    if category is None:
        raise Problem(404, "CategoryNotFound", "There is no such category.")
    below = await with_what_is_below(database, wanted)
    lists = [facets.by_category(PUBLISHED, each) for each in below]
    subject = _Subject(lists, f"{site.title}: {category.name}", f"{site.base_url}/categories/{quote(category.slug)}")
    return await _feed(request, waited, file, site, subject)


async def _waited(request: Request) -> _Waited:
    parts, asked = parts_of(request), headers_of(request)
    parameters_of(request, frozenset())
    return _Waited(asked, await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None)


async def _feed(request: Request, waited: _Waited, file: str, site: SiteSettings, subject: _Subject) -> Response:
    entries = await newest(parts_of(request).database, site, subject.lists)
    url = f"{subject.home_url.rstrip('/')}/{file}"
    feed = Feed(subject.title, site.description, site.language, subject.home_url, url, entries)
    media_type, shown = _SHOWN[file]
    is_stale = waited.freshness is not None and await waited.freshness.is_stale(None)
    return answer(waited.asked, shown(feed), media_type, cache=PUBLIC, is_stale=is_stale)
