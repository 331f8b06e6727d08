import base64
import json
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.press import Press


async def titles(press: Press, path: str, by: Member | None = None) -> list[str]:
    answer = await press.get(path, by)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def walked(press: Press, path: str, by: Member | None = None) -> list[str]:
    """Every title, page by page, by the Link header."""
    found: list[str] = []
    following: str | None = path
    while following:
        answer = await press.get(following, by)
        assert answer.status_code == 200, answer.text
        found += [item["title"] for item in answer.json()["items"]]
        link = answer.headers.get("link")
        assert (link is None) == (answer.json()["next"] is None)
        following = link and link.partition("<")[2].partition(">")[0]
    return found


@pytest.fixture
async def tag() -> str:
    return f"tag-{token_hex(6)}"


async def dated(editor: Member, title: str, day: int, **fields: Any) -> str:
    return await editor.draft(title, publish=True, published_at=f"2026-01-{day:02}T00:00:00Z", **fields)


async def test_lists_hold_what_is_published_and_nothing_else(press: Press, tag: str) -> None:
    ana = await press.author()
    shown = await press.published(ana, "Shown", tags=[tag])
    await ana.draft("A draft", tags=[tag])
    for step in ("unpublish", "archive"):
        await ana.ask("POST", f"/posts/{await press.published(ana, step, tags=[tag])}/{step}")
    await ana.ask("DELETE", f"/posts/{await press.published(ana, 'Deleted', tags=[tag])}")
    await press.project()
    for reader in (None, ana, press.admin):
        answer = (await press.get(f"/posts?tag={tag}&total=true", reader)).json()
        assert ([item["id"] for item in answer["items"]], answer["total"]) == ([shown], 1)


async def test_a_card_has_what_a_list_shows_and_no_text(press: Press, tag: str) -> None:
    ana = await press.author()
    await press.published(ana, "Card", body="Some *words*.", tags=[tag])
    await press.project()
    [card] = (await press.get(f"/posts?tag={tag}")).json()["items"]
    assert (card["excerpt"], card["authors"][0]["handle"], card["tags"]) == ("Some words.", ana.handle, [tag])
    assert not {"html", "body", "author_ids", "matches", "key"} & set(card)


async def test_orders_are_by_time_and_title_without_case_and_accents(press: Press, tag: str) -> None:
    editor = await press.editor()
    for title, day in (("beta", 2), ("Élan", 1), ("Alpha", 3)):
        await dated(editor, title, day, tags=[tag])
    await press.project()
    assert await titles(press, f"/posts?tag={tag}") == ["Alpha", "beta", "Élan"]
    assert await titles(press, f"/posts?tag={tag}&order=published_at") == ["Élan", "beta", "Alpha"]
    assert await titles(press, f"/posts?tag={tag}&order=title") == ["Alpha", "beta", "Élan"]


@pytest.mark.parametrize("order", ["-published_at", "published_at", "title"])
async def test_pages_go_on_where_the_last_one_ended(press: Press, tag: str, order: str) -> None:
    editor = await press.editor()
    names = [f"Post {number}" for number in range(7)]
    for number, name in enumerate(names):
        await dated(editor, name, 1 + number // 2, tags=[tag, "odd" if number % 2 else "even"])
    await press.project()
    for filters in (f"tag={tag}", f"tag={tag}&author={editor.handle}", f"tag={tag}&published_after=2025-01-01"):
        found = await walked(press, f"/posts?{filters}&order={order}&limit=2")
        assert sorted(found) == names
    if order == "title":
        assert found == names


async def test_a_page_holds_together_while_posts_come_and_go(press: Press, tag: str) -> None:
    editor = await press.editor()
    posts = [await dated(editor, f"Post {number}", number, tags=[tag]) for number in range(1, 7)]
    await press.project()
    first = (await press.get(f"/posts?tag={tag}&limit=2")).json()
    await editor.ask("DELETE", f"/posts/{posts[4]}")
    await dated(editor, "Newest", 20, tags=[tag])
    await press.project()
    rest = await walked(press, f"/posts?tag={tag}&limit=2&cursor={first['next']}")
    assert [item["title"] for item in first["items"]] + rest == [f"Post {number}" for number in range(6, 0, -1)]


async def test_filters_narrow_one_another(press: Press, tag: str) -> None:
    ana, ben = await press.author(), await press.author()
    await press.published(ana, "A", tags=[tag, "x y"], language="de")
    await press.published(ben, "B", tags=[tag, "X-Y"])
    await press.published(ben, "C", tags=[tag])
    await press.project()
    assert sorted(await titles(press, f"/posts?tag={tag}&tag=x%20y")) == ["A", "B"]
    assert await titles(press, f"/posts?tag={tag}&tag=X%20%20Y&author={ben.handle}") == ["B"]
    assert await titles(press, f"/posts?tag={tag}&language=DE") == ["A"]
    assert sorted(await titles(press, f"/posts?author={ben.account}")) == ["B", "C"]
    assert await titles(press, f"/posts?tag={tag}&author=nobody-here") == []
    answer = (await press.get(f"/posts?tag={tag}&tag=x-y&total=true")).json()
    assert (answer["total"], answer["total_is_exact"]) == (2, True)


async def test_times_bound_a_list(press: Press, tag: str) -> None:
    editor = await press.editor()
    for day in (1, 2, 3):
        await dated(editor, f"Day {day}", day, tags=[tag])
    await press.project()
    within = "published_after=2026-01-01T00:00:00Z&published_before=2026-01-03T01:00:00%2B01:00"
    for order in ("-published_at", "published_at", "title"):
        assert await titles(press, f"/posts?tag={tag}&{within}&order={order}") == ["Day 2"]
    assert (await press.get(f"/posts?tag={tag}&{within}&total=true")).json()["total"] == 1


async def test_drafts_are_listed_for_their_authors_and_editors(press: Press, tag: str) -> None:
    ana, ben, editor = await press.author(), await press.author(), await press.editor()
    await ana.draft("Of Ana", tags=[tag])
    await ben.draft("Of Ben", tags=[tag])
    await press.project()
    path = f"/posts?tag={tag}&status=draft"
    assert code(await press.get(path)) == (401, "SignInNeeded")
    assert await titles(press, path, ana) == ["Of Ana"]
    assert (await press.get(f"{path}&total=true", ana)).json()["total"] == 1
    assert sorted(await titles(press, path, editor)) == ["Of Ana", "Of Ben"]
    assert await titles(press, f"{path}&author={ben.handle}", editor) == ["Of Ben"]
    for other in (ben.handle, ben.account, "nobody-here"):
        assert code(await press.get(f"{path}&author={other}", ana)) == (403, "EditorRoleRequired")
    assert (await press.get(path, ana)).headers["cache-control"] == "private, no-store"


async def test_ones_own_posts_are_listed_whatever_their_status(press: Press) -> None:
    ana = await press.author()
    await ana.draft("Draft")
    await press.published(ana, "Public")
    await ana.ask("POST", f"/posts/{await ana.draft('Put away')}/archive")
    await press.project()
    assert sorted(await walked(press, "/me/posts?limit=1", ana)) == ["Draft", "Public", "Put away"]
    assert await titles(press, "/me/posts?status=archived", ana) == ["Put away"]
    assert (await press.get("/me/posts?total=true", ana)).json()["total"] == 3
    assert code(await press.get("/me/posts")) == (401, "SignInNeeded")


async def test_what_was_hidden_is_not_listed_though_the_lists_lag_behind(press: Press, tag: str) -> None:
    ana = await press.author()
    post = await press.published(ana, "Hidden", tags=[tag])
    await press.project()
    await press.change_read_database("UPDATE post_pages_g1.post_pages SET status = 'draft' WHERE post = $1", post)
    assert await titles(press, f"/posts?tag={tag}") == []
    assert await titles(press, f"/posts?author={ana.handle}") == []


REFUSED = [
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=ten",
    "limit=%D9%A3",
    "limit=1&limit=2",
    "order=likes",
    "status=deleted",
    "total=perhaps",
    "tag=",
    "tag=---",
    f"tag={'x' * 51}",
    "&".join(["tag=a"] * 11),
    "tag=a%00b",
    "author=",
    f"author={'x' * 201}",
    "language=not%20one",
    "published_after=yesterday",
    "published_after=0001-01-01T00:00:00%2B14:00",
    "published_before=2026-13-01",
    "page=2",
    "&".join(f"a{number}=1" for number in range(100)),
]


@pytest.mark.parametrize("query", REFUSED)
async def test_parameters_that_are_not_as_they_should_be_are_named(press: Press, query: str) -> None:
    answer = await press.get(f"/posts?{query}")
    assert code(answer) == (422, "InvalidRequest")
    assert answer.json()["errors"][0]["parameter"]


FORGED = [
    "x",
    "!!!",
    "%00",
    "漢",
    "bnVsbA",
    "e30",
    "W10",
    "W1tdXQ",
    "eyJhIjoxfQ",
    "x" * 1999,
    "WyIiLDFlOTk5LCIwIl0",
]


@pytest.mark.parametrize("cursor", FORGED)
async def test_a_forged_cursor_is_refused(press: Press, cursor: str) -> None:
    assert code(await press.get(f"/posts?cursor={quote(cursor)}")) == (422, "InvalidRequest")


async def test_a_cursor_with_other_contents_is_refused(press: Press, tag: str) -> None:
    ana = await press.author()
    for title in ("A", "B"):
        await press.published(ana, title, tags=[tag])
    await press.project()
    query = f"/posts?tag={tag}&limit=1"
    following = (await press.get(query)).json()["next"]
    fingerprint, moment, post = json.loads(base64.urlsafe_b64decode(following + "=="))
    moments = [[wrong, post] for wrong in (1e300, 10**18, -(10**40), None, "x")]
    for place in (*moments, [moment, "x"], [moment], [moment, post, 1], [moment, None]):
        forged = base64.urlsafe_b64encode(json.dumps([fingerprint, *place]).encode()).rstrip(b"=").decode()
        assert code(await press.get(f"{query}&cursor={forged}")) == (422, "InvalidRequest")
    assert code(await press.get(f"{query}&order=title&cursor={following}")) == (422, "InvalidRequest")
    assert code(await press.get(f"/posts?limit=1&cursor={following}")) == (422, "InvalidRequest")
    assert (await press.get(f"/posts?tag={tag}&limit=2&cursor={following}")).status_code == 200


async def test_a_list_that_is_the_same_is_not_sent_again(press: Press, tag: str) -> None:
    ana = await press.author()
    await press.published(ana, "Same", tags=[tag])
    await press.project()
    first = await press.get(f"/posts?tag={tag}")
    assert first.headers["cache-control"] == "public, no-cache"
    again = await press.get(f"/posts?tag={tag}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_rare_pairs_of_common_tags_are_found_in_bounded_steps(press: Press, tag: str) -> None:
    """Two lists of 6,000 with three posts in common: more than one page may read, all found in the end."""
    await many_posts(press, tag)
    first = (await press.get(f"/posts?tag={tag}a&tag={tag}b")).json()
    assert ([item["title"] for item in first["items"]], first["next"] is None) == (["Post 11999", "Post 6000"], False)
    found = await walked(press, f"/posts?tag={tag}a&tag={tag}b&limit=2")
    assert found == ["Post 11999", "Post 6000", "Post 0"]
    backwards = await walked(press, f"/posts?tag={tag}a&tag={tag}b&limit=2&order=published_at")
    assert backwards == found[::-1]
    by_title = await walked(press, f"/posts?tag={tag}a&tag={tag}b&order=title")
    assert sorted(by_title) == sorted(found)


async def many_posts(press: Press, tag: str) -> None:
    """12,000 posts put straight into the tables: every other one in a list, and three in both."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    await press.change_read_database(
        """
        WITH made AS (SELECT n, gen_random_uuid() AS post, $2::timestamptz + n * interval '1 minute' AS at,
                             n IN (0, 6000, 11999) AS in_both FROM generate_series(0, 11999) AS n),
        pages AS (INSERT INTO post_pages_g1.post_pages
                  SELECT post, 0, 0, 1, post, '{}', 'published', 'post-' || n, 'en', true, NULL, NULL, at, at, at, NULL,
                         'Post ' || n, NULL, '', '{}', 'markdown', '', '' FROM made),
        listed AS (SELECT 'published/tag/' || $1 || side AS facet, made.* FROM made, unnest('{a,b}'::text[]) AS side
                    WHERE in_both OR (n % 2 = 0) = (side = 'a')),
        by_title AS (INSERT INTO post_lists_g1.posts_by_title SELECT facet, 'post ' || n, post, at FROM listed)
        INSERT INTO post_lists_g1.posts_by_time SELECT facet, at, post FROM listed
        """,
        tag,
        start - timedelta(days=1),
    )
