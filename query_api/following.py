"""Pages of posts by those whom somebody follows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from query_api.cursors import Place
from query_api.database import Database
from query_api.feed_sql import COUNT_FEED, feed_sql, walk_sql
from query_api.listing import EARLIEST, EXACT_UP_TO, LATEST, Page, page_of
from query_api.listing_sql import Order

_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class Feed:
    """What is asked for: published posts by any whom this account follows, by time."""

    follower: UUID
    order: Order
    after: datetime = EARLIEST
    before: datetime = LATEST

    async def page(self, database: Database, limit: int, place: Place | None) -> Page:
        key, post = self._begin(place)
        values: list[Any] = [self.follower, key, post, self.after, self.before, limit + 1]
        rows = await database.rows(walk_sql(self.order), *values)
        if len(rows) <= limit:
            rows = await database.rows(feed_sql(self.order), *values)
        return page_of(rows, limit)

    async def total(self, database: Database) -> int:
        """How many there are, but for one more than EXACT_UP_TO when there are more."""
        row = await database.row(COUNT_FEED, self.follower, self.after, self.before, EXACT_UP_TO + 1)
        return int(row["total"]) if row is not None else 0

    def _begin(self, place: Place | None) -> tuple[datetime, UUID]:
        """Beyond which time and post the page begins."""
        bound = (self.before, _FIRST_ID) if self.order.is_descending else (self.after, _LAST_ID)
        if place is None:
            return bound
        ended = (place.moment(0), place.id(1))
        return min(bound, ended) if self.order.is_descending else max(bound, ended)
