"""GET /posts and GET /me/posts: pages of posts."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import parameters, profiles
from query_api.answers import PUBLIC, SECRET, json_answer
from query_api.asked import Asked, headers_of, parameters_of
from query_api.asked_posts import asked_posts
from query_api.cards import items
from query_api.consistency import Freshness
from query_api.cursors import decode, encode
from query_api.documented import LISTED, MINE, POST_CARDS, door
from query_api.listing import EXACT_UP_TO
from query_api.listing_filters import PUBLISHED, STATUSES, Chosen, chosen_lists, own_facet
from query_api.next_page import next_link
from query_api.parts import Parts, parts_of
from query_api.persons import Persons, chosen_persons
from query_api.viewers import Viewer

router = APIRouter(tags=["posts"], route_class=BytesRoute)

MODELS = frozenset(
    {"post_lists", "post_pages", "authors", "categories", "tags", "popularity", "likes", "follows", "media"}
)
_PAGED = {"order", "limit", "cursor", "total"}
_TIMES = {"published_after", "published_before"}
_LISTED = frozenset(
    {"tag", "category", "author", "status", "language", "liked_by", "following", *_TIMES, *_PAGED, profiles.NAME}
)
_MINE = frozenset({"status", *_PAGED})


@router.get(
    "/posts",
    summary="List posts",
    **door(POST_CARDS, parameters=LISTED, problems={401: ["SignInNeeded"], 403: ["EditorRoleRequired"]}),
)
async def list_posts(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _LISTED)
    viewer = await parts.viewers.find(asked.authorization)
    status = parameters.choice(given, "status", {name: name for name in STATUSES}, PUBLISHED)
    freshness = await _waited(parts, asked)  # before categories and authors are looked up: they may be new
    chosen = await chosen_lists(parts.database, given, status, viewer)
    persons = await chosen_persons(parts.database, given, viewer)
    return await _answer(request, asked, given, chosen, persons, freshness=freshness, status=status, viewer=viewer)


@router.get("/me/posts", summary="List your own posts", **door(POST_CARDS, parameters=MINE, is_open=False))
async def list_own_posts(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _MINE)
    viewer = await parts.viewers.required(asked.authorization)
    status = parameters.choice(given, "status", {"": None, **{name: name for name in STATUSES}}, "")
    own, freshness = own_facet(status, viewer), await _waited(parts, asked)
    chosen = Chosen([own], [], own)
    return await _answer(request, asked, given, chosen, Persons(), freshness=freshness, status=status, viewer=viewer)


async def _waited(parts: Parts, asked: Asked) -> Freshness | None:
    return await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None


async def _answer(  # noqa: PLR0913 - what a page is made of
    request: Request,
    asked: Asked,
    given: dict[str, list[str]],
    chosen: Chosen,
    persons: Persons,
    *,
    freshness: Freshness | None,
    status: str | None,
    viewer: Viewer | None,
) -> Response:
    parts, limit = parts_of(request), parameters.limit(given)
    posts, query = asked_posts(given, chosen, persons, status)
    cursor = parameters.text(given, "cursor", longest=2_000)
    place = decode(cursor, query, 2) if cursor else None
    page = await posts.page(parts.database, limit, place)
    following = encode(query, *page.next_place) if page.next_place else None
    content: dict[str, Any] = {
        "items": await items(parts.database, page.cards, status, viewer),
        "next": following,
    }
    if parameters.flag(given, "total"):
        total = await posts.total(parts.database)
        content |= {"total": min(total, EXACT_UP_TO), "total_is_exact": total <= EXACT_UP_TO}
    if parameters.flag(given, profiles.NAME):
        authors = (card["author_ids"] for card in page.cards)
        content[profiles.NAME] = await profiles.profiles_of(parts.database, authors, viewer)
    return json_answer(
        asked,
        content,
        cache=PUBLIC if viewer is None else SECRET,
        is_stale=freshness is not None and await freshness.is_stale(None),
        link=next_link(request, following),
    )
