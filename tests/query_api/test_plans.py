"""Every statement is answered from its indexes, and a page deep in a list costs what the first one costs."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from query_api import (
    account_list,
    accounts,
    authors,
    categories,
    categories_sql,
    comments,
    consistency,
    flagged_comments,
    notices,
    post_pages,
    stats,
    tags,
    viewers,
)
from query_api.database import SESSION
from query_api.feed_entries import NEWEST_SQL
from query_api.listing import EARLIEST, LATEST, Listing
from query_api.listing_filters import _BY_HANDLE, _TAGS_NOW
from query_api.listing_sql import (
    COMPARE_LENGTHS,
    COUNT_ONE_LIST,
    COUNT_SEVERAL_LISTS,
    ORDERS,
    any_list_sql,
    one_list_sql,
    several_lists_sql,
)
from query_api.post_history_sql import AS_IT_WAS, CHANGES
from query_api.search_sql import near_sql, search_sql
from query_api.sitemap import ENDS_SQL, URLS_SQL
from tests.query_api.press import Press
from tests.query_api.test_post_lists import many_posts

STATEMENTS = {
    "post by id": post_pages._FOR_ALL + post_pages._BY_ID,
    "post by slug": post_pages._FOR_ALL + post_pages._BY_SLUG,
    "post by slug, signed in": post_pages._FOR_SIGNED_IN + post_pages._BY_SLUG,
    **{f"list, {name}": one_list_sql(order) for name, order in ORDERS.items()},
    **{f"lists, {name}": several_lists_sql(order) for name, order in ORDERS.items()},
    **{f"any list, {name}": any_list_sql(order) for name, order in ORDERS.items()},
    **{f"lists along several, {name}": several_lists_sql(order, is_along_all=True) for name, order in ORDERS.items()},
    "lengths of lists": COMPARE_LENGTHS,
    "category by id": categories_sql.BELOW_ID,
    "name of a category by id": categories_sql.ONE_ID,
    "name of a category by slug": categories_sql.ONE_SLUG,
    "category by slug": categories_sql.BELOW_SLUG,
    "categories": categories._ALL,
    "names of tags": _TAGS_NOW,
    "count of a list": COUNT_ONE_LIST,
    "count of lists": COUNT_SEVERAL_LISTS,
    "search, one word": search_sql(1, is_filtered=False),
    "search, two words of a tag": search_sql(2, is_filtered=True),
    "near misses": near_sql(),
    "accounts": account_list.PAGE,
    "counts of days": stats._DAILY,
    "a post as it was": AS_IT_WAS,
    "changes of a post": CHANGES,
    "newest of a feed": NEWEST_SQL,
    "ends of sitemaps": ENDS_SQL,
    "a sitemap": URLS_SQL,
    "tags by name": tags._BY_NAME,
    "author by handle": authors._BY_HANDLE,
    "author by id": authors._BY_ID,
    "account of an author": _BY_HANDLE,
    "thread of comments": comments._thread_sql(is_source_public=False),
    "comments of a post": comments._COUNT,
    "one comment": comments._one_sql(is_source_public=False),
    "flagged comments": flagged_comments._FLAGGED,
    "notices": notices.PAGE,
    "own account": accounts._SELECT,
    "standing": viewers._SELECT,
    "parked keys": consistency._PARKED,
}
MANY_COMMENTS = """
    INSERT INTO comments_g1.comments
    SELECT gen_random_uuid(), gen_random_uuid(), 1, '', 1, NULL, gen_random_uuid(), 'gone', 0, NULL, now(), NULL,
           NULL, '' FROM generate_series(1, 5000)
"""


@pytest.fixture(scope="module", autouse=True)
async def _comments(press: Press) -> None:
    """So many that reading all of them is no plan."""
    await press.change_read_database(MANY_COMMENTS)


@pytest.fixture
async def connection(press: Press) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    opened = await asyncpg.connect(press.read.url("query"), server_settings=dict(SESSION))
    yield opened
    await opened.close()


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


@pytest.mark.parametrize("name", STATEMENTS)
async def test_every_statement_uses_indexes(connection: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    found = await _plan(connection, STATEMENTS[name])
    assert not [node for node in found if node["Node Type"] == "Seq Scan"]
    scans = [node for node in found if node["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}]
    assert scans
    assert [node for node in scans if "Index Cond" not in node] == []
    assert [node for node in found if node["Node Type"] in {"Hash Join", "Merge Join"}] == []


async def test_a_list_is_read_from_its_index_alone(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for name, order in ORDERS.items():
        found = await _plan(connection, one_list_sql(order))
        [scan] = [node for node in found if node.get("Relation Name") in {"posts_by_time", "posts_by_title"}]
        assert scan["Node Type"] in {"Index Only Scan", "Index Scan"}, name
        assert "facet" in scan["Index Cond"], name
        assert order.key in scan["Index Cond"], name


async def test_a_deep_page_costs_what_the_first_costs(
    press: Press, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    tag = f"deep-{uuid4().hex}"
    await many_posts(press, tag)
    middle = datetime(2020, 1, 5, tzinfo=UTC)
    for name in ("-published_at", "published_at"):
        sql, facet = one_list_sql(ORDERS[name]), f"published/tag/{tag}a"
        first = await _buffers(connection, sql, facet, *_begin(name), EARLIEST, LATEST, 21)
        deep = await _buffers(connection, sql, facet, middle, UUID(int=0), EARLIEST, LATEST, 21)
        assert deep <= first * 1.2 + 10
        assert first < 400
        any_sql, lists = any_list_sql(ORDERS[name]), [f"published/tag/{tag}{side}" for side in "ab"]
        first = await _buffers(connection, any_sql, lists, *_begin(name), EARLIEST, LATEST, 21)
        deep = await _buffers(connection, any_sql, lists, middle, UUID(int=0), EARLIEST, LATEST, 21)
        assert deep <= first * 1.2 + 20
        assert first < 600


async def test_times_are_found_and_not_passed_over(
    press: Press, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    tag = f"times-{uuid4().hex}"
    await many_posts(press, tag)
    after, before = datetime(2020, 1, 3, 23, 50, tzinfo=UTC), datetime(2020, 1, 4, tzinfo=UTC)
    for name in ("-published_at", "published_at"):
        listing = Listing([f"published/tag/{tag}a"], ORDERS[name], after, before)
        key, post = listing._begin(None)
        page = await listing.page(press.parts.database, 20, None)
        assert 4 <= len(page.cards) <= 5
        sql = one_list_sql(listing.order)
        assert await _buffers(connection, sql, listing.facets[0], key, post, after, before, 21) < 150


async def _plan(connection: "asyncpg.Connection[asyncpg.Record]", sql: str) -> list[dict[str, Any]]:
    """The plan's nodes as the pool's connections make them: prepared, and for any values."""
    parameters = ", ".join(["NULL"] * max(map(int, re.findall(r"\$(\d+)", sql))))
    await connection.execute(f"PREPARE explained AS {sql}")
    [row] = await connection.fetch(f"EXPLAIN (FORMAT JSON) EXECUTE explained ({parameters})")
    await connection.execute("DEALLOCATE explained")
    return nodes(json.loads(row[0])[0]["Plan"])


def _begin(order: str) -> tuple[datetime, UUID]:
    return (LATEST, UUID(int=(1 << 128) - 1)) if order.startswith("-") else (EARLIEST, UUID(int=0))


async def _buffers(connection: "asyncpg.Connection[asyncpg.Record]", sql: str, *values: Any) -> int:
    [row] = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *values)
    plan = json.loads(row[0])[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
