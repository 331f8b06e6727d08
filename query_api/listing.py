"""Pages of posts: read off an index from where the last page ended, in bounded time whatever is filtered by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from query_api.cursors import Place
from query_api.database import Database
from query_api.listing_sql import COUNT_ONE_LIST, COUNT_SEVERAL_LISTS, Order, one_list_sql, several_lists_sql

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
EXACT_UP_TO = 10_000
_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class Page:
    """Cards of posts, and where the next page begins; None: there is none."""

    cards: "list[asyncpg.Record]"
    next_place: tuple[Any, UUID] | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked for: the posts that are in all of these lists, within a time, in an order."""

    facets: Sequence[str]
    order: Order
    after: datetime = EARLIEST
    before: datetime = LATEST

    async def page(self, database: Database, limit: int, place: Place | None) -> Page:
        """A page may have fewer posts than asked for and yet a next one: no page looks at more than it may."""
        key, post = self._begin(place)
        values: list[Any] = [key, post, self.after, self.before, limit + 1]
        if self._is_one_range:
            rows = await database.rows(one_list_sql(self.order), self.facets[0], *values)
        else:
            rows = await database.rows(several_lists_sql(self.order), list(self.facets), *values)
        found = [row for row in rows if row["matches"]]
        if len(found) > limit:
            return Page(found[:limit], (found[limit - 1]["key"], found[limit - 1]["listed"]))
        ends = [(row["key"], row["listed"]) for row in rows if not row["matches"]]
        return Page(found, ends[0] if ends else None)

    async def total(self, database: Database) -> int:
        """How many there are, but for one more than EXACT_UP_TO when there are more."""
        is_one = len(self.facets) == 1
        lists: Any = self.facets[0] if is_one else list(self.facets)
        counting = COUNT_ONE_LIST if is_one else COUNT_SEVERAL_LISTS
        row = await database.row(counting, lists, self.after, self.before, EXACT_UP_TO + 1)
        return int(row["total"]) if row is not None else 0

    @property
    def _is_one_range(self) -> bool:
        is_any_time = self.after == EARLIEST and self.before == LATEST
        return len(self.facets) == 1 and (self.order.is_by_time or is_any_time)

    def _begin(self, place: Place | None) -> tuple[Any, UUID]:
        """The key and post beyond which the page begins: where the last page ended, and within the times."""
        if not self.order.is_by_time:
            return ("", _FIRST_ID) if place is None else (place.text(0), place.id(1))
        bound = (self.before, _FIRST_ID) if self.order.is_descending else (self.after, _LAST_ID)
        if place is None:
            return bound
        ended = (place.moment(0), place.id(1))
        return min(bound, ended) if self.order.is_descending else max(bound, ended)
