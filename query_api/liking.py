"""Pages of posts that somebody likes, what they liked last first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from query_api.cursors import Place
from query_api.database import Database
from query_api.liked_sql import count_liked_sql, liked_sql
from query_api.listing import EARLIEST, EXACT_UP_TO, LATEST, Page, page_of
from query_api.wishes_sql import Wish

_LAST_ID = UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class Liked:
    """What is asked for: the posts that this account likes, in so many of these lists."""

    account: UUID
    lists: Sequence[str]
    needed: int
    after: datetime = EARLIEST
    before: datetime = LATEST
    wishes: Sequence[tuple[Wish, UUID]] = ()

    async def page(self, database: Database, limit: int, place: Place | None) -> Page:
        """A page may have fewer posts than asked for and yet a next one: no page looks at more than it may."""
        key, post = (LATEST, _LAST_ID) if place is None else (place.moment(0), place.id(1))
        values: list[Any] = [list(self.lists), key, post, self.after, self.before, limit + 1, self.needed, self.account]
        return page_of(await database.rows(liked_sql(self._wishes), *values, *self._accounts), limit)

    async def total(self, database: Database) -> int:
        """How many there are, but for one more than EXACT_UP_TO when there are more."""
        values: list[Any] = [list(self.lists), self.after, self.before, EXACT_UP_TO + 1, self.needed, self.account]
        row = await database.row(count_liked_sql(self._wishes), *values, *self._accounts)
        return int(row["total"]) if row is not None else 0

    @property
    def _wishes(self) -> tuple[Wish, ...]:
        return tuple(wish for wish, _ in self.wishes)

    @property
    def _accounts(self) -> list[UUID]:
        return [account for _, account in self.wishes]
