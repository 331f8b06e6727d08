"""GET /posts and GET /me/posts: pages of posts."""

from typing import Any

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import parameters
from query_api.answers import PUBLIC, SECRET, json_answer, without
from query_api.asked import Asked, headers_of, parameters_of
from query_api.consistency import Freshness
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import LISTED, MINE, POST_CARDS, door
from query_api.from_json import with_json
from query_api.listing import EARLIEST, EXACT_UP_TO, LATEST, Listing, Page
from query_api.listing_filters import PUBLISHED, STATUSES, Chosen, chosen_lists, own_facet
from query_api.listing_sql import ORDERS
from query_api.next_page import next_link
from query_api.parts import Parts, parts_of
from query_api.viewers import Viewer

router = APIRouter(tags=["posts"], route_class=BytesRoute)

MODELS = frozenset({"post_lists", "post_pages", "authors", "categories", "tags"})
_PAGED = {"order", "limit", "cursor", "total"}
_LISTED = frozenset({"tag", "category", "author", "status", "language", "published_after", "published_before", *_PAGED})
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
    return await _answer(request, asked, given, chosen, freshness=freshness, status=status, viewer=viewer)


@router.get("/me/posts", summary="List your own posts", **door(POST_CARDS, parameters=MINE, is_open=False))
async def list_own_posts(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _MINE)
    viewer = await parts.viewers.required(asked.authorization)
    status = parameters.choice(given, "status", {"": None, **{name: name for name in STATUSES}}, "")
    own, freshness = own_facet(status, viewer), await _waited(parts, asked)
    return await _answer(
        request, asked, given, Chosen([own], [], own), freshness=freshness, status=status, viewer=viewer
    )


async def _waited(parts: Parts, asked: Asked) -> Freshness | None:
    return await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None


async def _answer(  # noqa: PLR0913 - what a page is made of
    request: Request,
    asked: Asked,
    given: dict[str, list[str]],
    chosen: Chosen,
    *,
    freshness: Freshness | None,
    status: str | None,
    viewer: Viewer | None,
) -> Response:
    parts, limit = parts_of(request), parameters.limit(given)
    listing = _listing(given, chosen)
    query = fingerprint(
        chosen.lists,
        given.get("category"),
        listing.order.table,
        listing.order.is_descending,
        listing.after,
        listing.before,
    )
    cursor = parameters.text(given, "cursor", longest=2_000)
    place = decode(cursor, query, 2) if cursor else None
    page = await listing.page(parts.database, limit, place)
    following = encode(query, *page.next_place) if page.next_place else None
    content: dict[str, Any] = {"items": _items(page, status, viewer), "next": following}
    if parameters.flag(given, "total"):
        total = await listing.total(parts.database)
        content |= {"total": min(total, EXACT_UP_TO), "total_is_exact": total <= EXACT_UP_TO}
    return json_answer(
        asked,
        content,
        cache=PUBLIC if viewer is None else SECRET,
        is_stale=freshness is not None and await freshness.is_stale(None),
        link=next_link(request, following),
    )


def _listing(given: dict[str, list[str]], chosen: Chosen) -> Listing:
    return Listing(
        chosen.lists,
        parameters.choice(given, "order", ORDERS, "-published_at"),
        after=parameters.moment(given, "published_after", EARLIEST),
        before=parameters.moment(given, "published_before", LATEST),
        below=chosen.below,
        everything=chosen.everything,
    )


def _items(page: Page, status: str | None, viewer: Viewer | None) -> list[dict[str, Any]]:
    return [_item(card) for card in page.cards if _is_shown(card, status, viewer)]


def _is_shown(card: "asyncpg.Record", status: str | None, viewer: Viewer | None) -> bool:
    """A card as it is now: lists and pages are folded apart, and what was just hidden must not be shown."""
    if card["id"] is None or status not in (None, card["status"]):
        return False
    return card["status"] == PUBLISHED or (viewer is not None and viewer.may_edit(card["author_ids"]))


def _item(card: "asyncpg.Record") -> dict[str, Any]:
    return with_json(without(card, "key", "listed", "matches", "author_ids"))
