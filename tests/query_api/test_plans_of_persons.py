"""What somebody likes, those whom they follow and what is liked most are read off indexes, however much there is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from query_api import cards, persons
from query_api.feed_sql import COUNT_FEED, feed_sql, walk_sql
from query_api.following import Feed
from query_api.liked_sql import count_liked_sql, liked_sql
from query_api.listing import EARLIEST, LATEST
from query_api.listing_sql import (
    ORDERS,
    ORDERS_OF_PUBLISHED,
    any_list_sql,
    count_several_lists_sql,
    one_list_sql,
    several_lists_sql,
)
from query_api.wishes_sql import Wish
from tests.query_api.press import Press
from tests.query_api.test_plans import _buffers, _plan, connection

__all__ = ["connection"]

BY_COUNT = {name: order for name, order in ORDERS_OF_PUBLISHED.items() if order.is_by_count}
WISHES = (Wish.LIKED, Wish.FOLLOWED)
STATEMENTS = {
    **{f"list, {name}": one_list_sql(order) for name, order in BY_COUNT.items()},
    **{f"any list, {name}": any_list_sql(order) for name, order in BY_COUNT.items()},
    **{f"lists, {name}": several_lists_sql(order, wishes=WISHES) for name, order in ORDERS_OF_PUBLISHED.items()},
    **{f"feed, {name}": feed_sql(ORDERS[name]) for name in ("-published_at", "published_at")},
    **{f"feed, walked, {name}": walk_sql(ORDERS[name]) for name in ("-published_at", "published_at")},
    "feed, counted": COUNT_FEED,
    "likes": liked_sql(),
    "likes of those whom one follows": liked_sql((Wish.FOLLOWED,)),
    "likes, counted": count_liked_sql((Wish.FOLLOWED,)),
    "lists, counted": count_several_lists_sql(WISHES),
    "liked among cards": cards._LIKED,
    "account that likes": persons._BY_ID,
}
FOLLOWED, POSTS_EACH = 200, 20


@pytest.mark.parametrize("name", STATEMENTS)
async def test_every_statement_uses_indexes(connection: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    found = await _plan(connection, STATEMENTS[name])
    assert not [node for node in found if node["Node Type"] in {"Seq Scan", "Hash Join", "Merge Join"}]
    scans = [node for node in found if node["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}]
    assert scans
    assert [node for node in scans if "Index Cond" not in node] == []


async def test_an_order_by_counts_is_read_from_its_index_alone(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    for name, order in BY_COUNT.items():
        [scan] = [
            node
            for node in await _plan(connection, one_list_sql(order))
            if node.get("Relation Name") == order.table.removeprefix("serving.")
        ]
        assert "facet" in scan["Index Cond"], name
        assert order.key in scan["Index Cond"], name


async def test_a_page_of_a_feed_looks_once_at_each_list_and_reads_few(
    press: Press,
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    reader = uuid4()
    listed = await many_followed(press, reader)
    feed = Feed(reader, ORDERS["-published_at"])
    page = await feed.page(press.parts.database, 20, None)
    assert [row["listed"] for row in page.cards] == [post for _, post in listed[:20]]
    begin: Any = (LATEST, UUID(int=0))
    first = await _buffers(connection, feed_sql(feed.order), reader, *begin, EARLIEST, LATEST, 21)
    deep = await _buffers(connection, feed_sql(feed.order), reader, *listed[3_000], EARLIEST, LATEST, 21)
    assert first < FOLLOWED * 8
    assert deep < first * 1.3


async def many_followed(press: Press, reader: UUID) -> list[tuple[datetime, UUID]]:
    """Rows of lists, without the posts themselves; the newest first."""
    start = datetime(2021, 1, 1, tzinfo=UTC)
    followed = [uuid4() for _ in range(FOLLOWED)]
    listed = [(start + timedelta(minutes=number), uuid4()) for number in range(FOLLOWED * POSTS_EACH)]
    await press.change_read_database(
        "INSERT INTO serving.posts_by_time SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::uuid[])",
        [f"published/author/{followed[number * 7 % FOLLOWED].hex}" for number in range(len(listed))],
        *map(list, zip(*listed, strict=True)),
    )
    await press.change_read_database(
        "INSERT INTO serving.follows SELECT $1, each.followee, now() FROM unnest($2::uuid[]) AS each(followee)",
        reader,
        followed,
    )
    await press.change_read_database("ANALYZE")
    return listed[::-1]
