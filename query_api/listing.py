"""Pages of posts: read off an index from where the last page ended, in bounded time whatever is filtered by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from query_api.cursors import Place
from query_api.database import Database
from query_api.listing_sql import (
    COMPARE_LENGTHS,
    COUNT_ONE_LIST,
    Order,
    any_list_sql,
    count_several_lists_sql,
    one_list_sql,
    several_lists_sql,
)
from query_api.wishes_sql import Wish

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
EXACT_UP_TO = 10_000
_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=(1 << 128) - 1)
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """Cards of posts, and where the next page begins; None: there is none."""

    cards: "list[asyncpg.Record]"
    next_place: tuple[Any, UUID] | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked for: the posts that are in all of these lists, within a time, in an order.

    With `below`, those that are in one of these lists too, none of which shares a post with another.
    """

    facets: Sequence[str]
    order: Order
    after: datetime = EARLIEST
    before: datetime = LATEST
    below: Sequence[str] = ()
    everything: str = ""
    """A list that has what all of `below` have."""
    wishes: Sequence[tuple[Wish, UUID]] = ()

    async def page(self, database: Database, limit: int, place: Place | None) -> Page:
        """A page may have fewer posts than asked for and yet a next one: no page looks at more than it may."""
        key, post = self._begin(place)
        values: list[Any] = [key, post, self.after, self.before, limit + 1]
        if self._is_one_range:
            rows = await database.rows(one_list_sql(self.order), self._lists[0], *values)
        elif self._is_any_of_them:
            rows = await database.rows(any_list_sql(self.order), self._lists, *values)
        else:
            rows = await self._of_several(database, values)
        return page_of(rows, limit)

    async def total(self, database: Database) -> int:
        """How many there are, but for one more than EXACT_UP_TO when there are more."""
        bounds = (self.after, self.before, EXACT_UP_TO + 1)
        if len(self._lists) == 1 and not self.wishes:
            row = await database.row(COUNT_ONE_LIST, self._lists[0], *bounds)
        else:
            sql, accounts = count_several_lists_sql(self._wishes), self._accounts
            row = await database.row(sql, self._lists, *bounds, self._needed, *accounts)
        return int(row["total"]) if row is not None else 0

    async def _of_several(self, database: Database, values: list[Any]) -> "list[asyncpg.Record]":
        along = list(self.facets or [self.everything])
        row = await database.row(COMPARE_LENGTHS, along, list(self.below)) if self.below else None
        is_along_all = row is not None and row["together"] < row["shortest"]
        sql = several_lists_sql(self.order, is_along_all=is_along_all, wishes=self._wishes)
        read = list(self.below) if is_along_all else along
        return await database.rows(sql, self._lists, *values, read, self._needed, *self._accounts)

    @property
    def _wishes(self) -> tuple[Wish, ...]:
        return tuple(wish for wish, _ in self.wishes)

    @property
    def _accounts(self) -> list[UUID]:
        return [account for _, account in self.wishes]

    @property
    def _lists(self) -> list[str]:
        return [*self.facets, *self.below]

    @property
    def _needed(self) -> int:
        """In how many of all the lists a post must be."""
        return len(self.facets) + bool(self.below)

    @property
    def _is_one_range(self) -> bool:
        return len(self._lists) == 1 and not self.wishes and self._is_bounded_by_keys

    @property
    def _is_any_of_them(self) -> bool:
        return not self.facets and not self.wishes and self._is_bounded_by_keys

    @property
    def _is_bounded_by_keys(self) -> bool:
        is_any_time = self.after == EARLIEST and self.before == LATEST
        return self.order.is_by_time or is_any_time

    def _begin(self, place: Place | None) -> tuple[Any, UUID]:
        """The key and post beyond which the page begins: where the last page ended, and within the times."""
        if self.order.is_by_count:
            return (_MOST, _LAST_ID) if place is None else (min(place.count(0), _MOST), place.id(1))
        if not self.order.is_by_time:
            return ("", _FIRST_ID) if place is None else (place.text(0), place.id(1))
        bound = (self.before, _FIRST_ID) if self.order.is_descending else (self.after, _LAST_ID)
        if place is None:
            return bound
        ended = (place.moment(0), place.id(1))
        return min(bound, ended) if self.order.is_descending else max(bound, ended)


def page_of(rows: "list[asyncpg.Record]", limit: int) -> Page:
    """Of rows that match, one more than asked for if there is one; else of a last one that says how far was read."""
    found = [row for row in rows if row["matches"]]
    if len(found) > limit:
        return Page(found[:limit], (found[limit - 1]["key"], found[limit - 1]["listed"]))
    ends = [(row["key"], row["listed"]) for row in rows if not row["matches"]]
    return Page(found, ends[0] if ends else None)
