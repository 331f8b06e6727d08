"""The feed of somebody who follows many: found among the newest posts of all, or by looking at each list."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from query_api.cursors import decode, encode
from query_api.feed_sql import WALKED_AT_MOST, walk_sql
from query_api.following import Feed
from query_api.listing import EARLIEST, LATEST
from query_api.listing_sql import ORDERS
from tests.query_api.press import Press, opened_press
from tests.query_api.test_plans import _buffers, connection
from tests.servers import Cluster

__all__ = ["connection"]

LIMIT, START = 20, datetime(2023, 1, 1, tzinfo=UTC)
NEWEST_FIRST, BEGIN = ORDERS["-published_at"], (LATEST, UUID(int=0))
IN_LISTS = "INSERT INTO serving.posts_by_time SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::uuid[])"
POSTS = """
    INSERT INTO serving.post_lists (post, status, authors, tags, language, title_key, created_at, published_at)
    SELECT post, 'published', ARRAY[author], '{}', 'en', '', time, time
      FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS posts(post, author, time)
"""
FOLLOWS = "INSERT INTO serving.follows SELECT $1, each.followee, now() FROM unnest($2::uuid[]) AS each(followee)"
Listed = list[tuple[datetime, UUID]]


@pytest.fixture(scope="module")
async def press(postgres: Cluster) -> AsyncIterator[Press]:
    """Lists of its own: what is put into them has no posts behind it."""
    async with opened_press(postgres) as opened:
        yield opened


async def published(press: Press, authors: list[UUID], start: datetime) -> Listed:
    """A post of each, a minute apart; the newest first."""
    listed = [(start + timedelta(minutes=number), uuid4()) for number in range(len(authors))]
    times, posts = [time for time, _ in listed], [post for _, post in listed]
    lists = [f"published/author/{author.hex}" for author in authors]
    await press.change_read_database(IN_LISTS, lists + ["published"] * len(posts), times * 2, posts * 2)
    await press.change_read_database(POSTS, posts, authors, times)
    return listed[::-1]


async def follows(press: Press, followed: list[UUID]) -> UUID:
    reader = uuid4()
    await press.change_read_database(FOLLOWS, reader, followed)
    return reader


async def walked(press: Press, reader: UUID) -> list[UUID]:
    rows = await press.parts.database.rows(walk_sql(NEWEST_FIRST), reader, *BEGIN, EARLIEST, LATEST, LIMIT + 1)
    return [row["listed"] for row in rows]


async def test_a_page_is_found_among_all_posts_when_enough_of_them_are_followed(press: Press) -> None:
    followed = [uuid4() for _ in range(150)]
    mixed = [author for each in followed for author in (each, uuid4())]
    expected = [post for _, post in (await published(press, mixed, START))[1::2]]
    reader = await follows(press, followed)
    assert await walked(press, reader) == expected[: LIMIT + 1]
    page = await Feed(reader, NEWEST_FIRST).page(press.parts.database, LIMIT, None)
    assert [row["listed"] for row in page.cards] == expected[:LIMIT]
    assert page.next_place is not None
    place = decode(encode("", *page.next_place), "", 2)
    rest = await Feed(reader, NEWEST_FIRST).page(press.parts.database, LIMIT, place)
    assert [row["listed"] for row in rest.cards] == expected[LIMIT : 2 * LIMIT]


async def test_what_lies_beyond_the_walk_is_found_in_the_lists(
    press: Press, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    followed = [uuid4() for _ in range(150)]
    start = START + timedelta(days=1_000)
    old = await published(press, followed, start)
    await published(press, [uuid4() for _ in range(WALKED_AT_MOST + 10)], start + timedelta(days=1))
    reader = await follows(press, followed)
    assert await walked(press, reader) == []
    page = await Feed(reader, NEWEST_FIRST).page(press.parts.database, LIMIT, None)
    assert [row["listed"] for row in page.cards] == [post for _, post in old[:LIMIT]]
    assert await _buffers(connection, walk_sql(NEWEST_FIRST), reader, *BEGIN, EARLIEST, LATEST, LIMIT + 1) < 4_000


async def test_who_follows_few_walks_along_nothing(press: Press) -> None:
    followed = [uuid4() for _ in range(99)]
    await published(press, followed, START + timedelta(days=2_000))
    reader = await follows(press, followed)
    assert await walked(press, reader) == []
