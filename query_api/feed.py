"""GET /me/feed: what those whom one follows have published, the newest first."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import parameters
from query_api.answers import SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.cards import PUBLISHED, items
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import FED, POST_CARDS, door
from query_api.following import Feed
from query_api.listing_sql import ORDERS
from query_api.next_page import next_link
from query_api.parts import parts_of

router = APIRouter(tags=["posts"], route_class=BytesRoute)

MODELS = frozenset({"follows", "post_lists", "post_pages", "authors", "categories", "popularity", "likes", "media"})
_KNOWN = frozenset({"limit", "cursor"})


@router.get("/me/feed", summary="Posts by those whom you follow", **door(POST_CARDS, parameters=FED, is_open=False))
async def read_feed(request: Request) -> Response:
    parts, asked, given = parts_of(request), headers_of(request), parameters_of(request, _KNOWN)
    viewer = await parts.viewers.required(asked.authorization)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    feed, query = Feed(viewer.account, ORDERS["-published_at"]), fingerprint("feed", viewer.account)
    cursor = parameters.text(given, "cursor", longest=2_000)
    page = await feed.page(parts.database, parameters.limit(given), decode(cursor, query, 2) if cursor else None)
    following = encode(query, *page.next_place) if page.next_place else None
    content: dict[str, Any] = {
        "items": await items(parts.database, page.cards, PUBLISHED, viewer),
        "next": following,
    }
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, content, cache=SECRET, is_stale=is_stale, link=next_link(request, following))
