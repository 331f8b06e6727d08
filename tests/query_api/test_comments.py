"""Threads as they are read."""

from uuid import uuid4

import pytest

from tests.command_api.asking import code
from tests.query_api.discussing import discuss, flag, outline, pages, say
from tests.query_api.press import Press


async def test_a_thread_is_read_in_its_order(press: Press) -> None:
    ana, ben = await press.author(), await press.author()
    post = await press.published(ana)
    await discuss(ben, post, ["one", ["two", ["three"], "four"], "five"])
    await press.project()
    assert await outline(press, post) == ["one", "-two", "--three", "-four", "five"]


async def test_a_comment_says_who_wrote_it_when_and_what_it_answers(press: Press) -> None:
    ana, ben = await press.author(), await press.author()
    post = await press.published(ana)
    ids = await discuss(ben, post, ["one", ["*two*"]])
    await press.project()
    one, two = [item async for item in pages(press, post, 10)]
    assert two["author"] == {"id": ben.account, "handle": ben.handle, "name": ben.handle.title()}
    assert (two["id"], two["parent"], one["parent"]) == (ids["*two*"], ids["one"], None)
    assert (two["html"], two["status"], two["version"]) == ("<p><em>two</em></p>\n", "shown", 1)
    assert two["written_at"].endswith("Z")
    assert "body" not in two
    mine = [item async for item in pages(press, post, 10, ben)]
    assert [item["body"] for item in mine] == ["one", "*two*"]


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_a_thread_comes_in_pages_that_miss_and_repeat_nothing(press: Press, limit: int) -> None:
    ana = await press.author()
    post = await press.published(ana)
    ids = await discuss(ana, post, ["a", ["b", ["c", ["d"]], "e"], "f", ["g"]])
    for gone in ("a", "b", "f"):
        await ana.ask("DELETE", f"/comments/{ids[gone]}")
    await press.project()
    whole = ["?", "-?", "--c", "---d", "-e", "?", "-g"]
    assert await outline(press, post) == whole
    assert await outline(press, post, limit=limit) == whole


async def test_a_deleted_comment_is_a_gap_where_it_has_answers_and_gone_where_it_has_none(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana)
    ids = await discuss(ana, post, ["one", ["two"], "three"])
    for gone in ("one", "three"):
        await ana.ask("DELETE", f"/comments/{ids[gone]}")
    await press.project()
    gap, answer = [item async for item in pages(press, post, 10)]
    assert (gap["id"], gap["status"], answer["parent"]) == (ids["one"], "gone", ids["one"])
    assert [name for name, value in gap.items() if value is not None] == ["id", "depth", "status"]
    await ana.ask("DELETE", f"/comments/{ids['two']}")
    await press.project()
    assert await outline(press, post) == []


async def test_a_hidden_comment_is_read_by_its_author_and_editors_alone(press: Press) -> None:
    ana, ben, cara, dan, editor = [await press.author() for _ in range(4)] + [await press.editor()]
    post = await press.published(ana)
    ids = await discuss(ben, post, ["rude", ["answer"], "spam", "fine"])
    await flag(ids["rude"], ana, cara, dan)
    await editor.ask("POST", f"/comments/{ids['spam']}/reject")
    await press.project()
    for reader in (None, ana, cara):
        assert await outline(press, post, reader) == ["?", "-answer", "fine"]
        for hidden in ("rude", "spam"):
            assert code(await press.get(f"/comments/{ids[hidden]}", reader)) == (404, "CommentNotFound")
    for reader in (ben, editor):
        assert await outline(press, post, reader) == ["rude", "-answer", "spam", "fine"]
        found = [item["status"] async for item in pages(press, post, 10, reader)]
        assert found == ["hidden", "shown", "rejected", "shown"]
        assert (await press.get(f"/comments/{ids['rude']}", reader)).json()["status"] == "hidden"
    assert (await press.get(f"/posts/{post}/comments?total=true", editor)).json()["total"] == 2
    await editor.ask("POST", f"/comments/{ids['rude']}/approve")
    await press.project()
    assert await outline(press, post) == ["rude", "-answer", "fine"]


@pytest.mark.parametrize("step", ["unpublish", "archive", "delete"])
async def test_comments_go_with_their_post(press: Press, step: str) -> None:
    ana, ben = await press.author(), await press.author()
    post = await press.published(ana)
    comment = await say(ben, post, "one")
    method, path = ("DELETE", "") if step == "delete" else ("POST", f"/{step}")
    await ana.ask(method, f"/posts/{post}{path}")
    await press.project()
    for reader in (None, ben):
        assert code(await press.get(f"/posts/{post}/comments", reader)) == (404, "PostNotFound")
        assert code(await press.get(f"/comments/{comment}", reader)) == (404, "CommentNotFound")
    if step != "delete":
        answer = await press.get(f"/posts/{post}/comments", ana)
        assert answer.headers["cache-control"] == "private, no-store"
        assert len(answer.json()["items"]) == 1


async def test_a_post_without_comments_has_an_empty_thread(press: Press) -> None:
    post = await press.published(await press.author())
    await press.project()
    answer = await press.get(f"/posts/{post}/comments?total=true")
    assert answer.json() == {"items": [], "next": None, "total": 0}
    assert code(await press.get(f"/posts/{uuid4()}/comments")) == (404, "PostNotFound")
    assert code(await press.get("/posts/a-slug/comments")) == (404, "PostNotFound")


async def test_what_an_author_erased_with_their_account_is_gone_at_once(press: Press) -> None:
    ana, ben, cara = await press.author(), await press.author(), await press.author()
    post = await press.published(ana)
    erased = await discuss(ben, post, ["secret", ["answer"]])
    stays = await say(cara, post, "kept")
    await press.project()  # its text is in a row by now
    await ben.ask("DELETE", "/accounts/me", json={"erase_content": True})
    await cara.ask("DELETE", "/accounts/me", json={"erase_content": False})
    await press.project()
    assert await outline(press, post) == ["?", "-?", "kept"]
    assert code(await press.get(f"/comments/{erased['secret']}")) == (404, "CommentNotFound")
    assert (await press.get(f"/comments/{stays}")).json()["author"]["name"] == "former author"


async def test_a_comment_is_read_back_at_once_with_its_token(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana)
    await press.project()
    answer = await ana.post(f"/posts/{post}/comments", body="new")
    token = {"Consistency-Token": answer.json()["token"], "Prefer": "wait=0"}
    assert (await press.get(f"/posts/{post}/comments", headers=token)).headers["stale"] == "true"
    await press.project()
    fresh = await press.get(f"/posts/{post}/comments", headers=token)
    assert "stale" not in fresh.headers
    assert len(fresh.json()["items"]) == 1


async def test_an_unchanged_thread_is_not_sent_again(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana)
    await say(ana, post, "one")
    await press.project()
    first = await press.get(f"/posts/{post}/comments")
    again = {"If-None-Match": first.headers["etag"]}
    assert (await press.get(f"/posts/{post}/comments", headers=again)).status_code == 304
    assert first.headers["cache-control"] == "public, no-cache"
    await say(ana, post, "two")
    await press.project()
    assert (await press.get(f"/posts/{post}/comments", headers=again)).status_code == 200


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "cursor=x", "order=new", "cursor=", "total=maybe"])
async def test_parameters_that_are_not_as_they_should_be_are_refused(press: Press, query: str) -> None:
    post = await press.published(await press.author())
    assert code(await press.get(f"/posts/{post}/comments?{query}")) == (422, "InvalidRequest")


ATTACKS = {
    "<script>alert(1)</script>ok": "ok",
    "[x](javascript:alert(1))": '<p><a rel="nofollow noopener ugc">x</a></p>',
    "![](https://tracker.example/pixel.png)x": "<p>x</p>",
    '<b onclick="x()" id="top" style="position:fixed">bold</b>': "<p><b>bold</b></p>",
    '<svg><script href="data:,alert(1)"/></svg>y': "<p>y</p>",
    "# Not a heading": "Not a heading",
}


@pytest.mark.parametrize("body", ATTACKS)
async def test_what_a_stranger_writes_is_safe_to_show(press: Press, body: str) -> None:
    ana = await press.author()
    post = await press.published(ana)
    await say(ana, post, body)
    await press.project()
    [item] = [item async for item in pages(press, post, 1)]
    assert item["html"].strip() == ATTACKS[body]
