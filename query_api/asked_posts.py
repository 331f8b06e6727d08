"""From a request's parameters to the posts that it asks for."""

from typing import Any, Protocol
from uuid import UUID

from query_api import parameters
from query_api.cursors import Place, fingerprint
from query_api.database import Database
from query_api.following import Feed
from query_api.liking import Liked
from query_api.listing import EARLIEST, LATEST, Listing, Page
from query_api.listing_filters import PUBLISHED, Chosen
from query_api.listing_sql import ORDERS, ORDERS_OF_PUBLISHED
from query_api.parameters import Given
from query_api.persons import Persons
from query_api.wishes_sql import Wish

NEWEST, LAST_LIKED = "-published_at", "-liked_at"


class Posts(Protocol):
    """Posts that can be read page by page, and counted."""

    async def page(self, database: Database, limit: int, place: Place | None) -> Page: ...
    async def total(self, database: Database) -> int: ...


def asked_posts(given: Given, chosen: Chosen, persons: Persons, status: str | None) -> tuple[Posts, str]:
    """The posts, and what ties a cursor to them.

    Raises:
        Problem: 422.
    """
    order = _order(given, persons, status)
    after = parameters.moment(given, "published_after", EARLIEST)
    before = parameters.moment(given, "published_before", LATEST)
    query = fingerprint(chosen.lists, given.get("category"), *persons, order, after, before)
    return _posts(order, chosen, persons, {"after": after, "before": before}), query


def _order(given: Given, persons: Persons, status: str | None) -> str:
    known = {name: name for name in (ORDERS_OF_PUBLISHED if status == PUBLISHED else ORDERS)}
    if persons.liker is not None:
        known[LAST_LIKED] = LAST_LIKED
    return parameters.choice(given, "order", known, NEWEST if persons.liker is None else LAST_LIKED)


def _posts(order: str, chosen: Chosen, persons: Persons, times: dict[str, Any]) -> Posts:
    followed = [] if persons.follower is None else [(Wish.FOLLOWED, persons.follower)]
    if order == LAST_LIKED and persons.liker is not None:
        needed = len(chosen.lists) + bool(chosen.below)
        return Liked(persons.liker, [*chosen.lists, *chosen.below], needed, wishes=followed, **times)
    by = ORDERS_OF_PUBLISHED[order]
    is_all = chosen.lists == [PUBLISHED] and not chosen.below
    if persons.follower is not None and persons.liker is None and is_all and by.is_by_time:
        return Feed(persons.follower, by, **times)
    liked: list[tuple[Wish, UUID]] = [] if persons.liker is None else [(Wish.LIKED, persons.liker)]
    wishes = [*liked, *followed]
    return Listing(chosen.lists, by, below=chosen.below, everything=chosen.everything, wishes=wishes, **times)
