"""What is not public is told at no door, in no header, by no count."""

import itertools
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import httpx
import pytest

from tests.command_api.asking import Member
from tests.query_api.press import Press

HIDING = ("draft", "schedule", "unpublish", "archive", "delete", "erase")


async def hidden(press: Press, author: Member, fan: Member, how: str, mark: str) -> str:
    """A post full of the mark, in a state that is not public; somebody liked it when it was, and follows its author."""
    assert (await fan.ask("PUT", f"/accounts/{author.handle}/follow")).status_code == 200
    fields: dict[str, Any] = {"body": f"{mark} text", "tags": [f"tag {mark}"], "excerpt": mark, "slug": f"slug-{mark}"}
    if how == "draft":
        return await author.draft(f"Title {mark}", **fields)
    post = await author.draft(f"Title {mark}", publish=True, **fields)
    moved = await author.ask("PUT", f"/posts/{post}/slug", json={"slug": f"moved-{mark}"})
    assert moved.status_code == 200
    assert (await fan.ask("PUT", f"/posts/{post}/like")).status_code == 200
    said = await author.post(f"/posts/{post}/comments", body=f"{mark} said")
    assert said.status_code == 201
    await press.project()
    if how == "schedule":
        await author.ask("POST", f"/posts/{post}/unpublish")
        answer = await author.post(f"/posts/{post}/schedule", publish_at=f"{datetime.now(UTC) + timedelta(days=1)}")
        assert answer.status_code == 200, answer.text
    elif how == "erase":
        await author.ask("DELETE", "/accounts/me", json={"erase_content": True})
    elif how == "delete":
        await author.ask("DELETE", f"/posts/{post}")
    else:
        await author.ask("POST", f"/posts/{post}/{how}")
    return post


@pytest.mark.parametrize("how", HIDING)
async def test_a_hidden_post_is_told_nowhere(press: Press, how: str) -> None:
    author, other, mark = await press.author(), await press.author(), token_hex(8)
    post = await hidden(press, author, other, how, mark)
    await press.project()
    paths = [
        f"/posts/{post}",
        f"/posts/{post.replace('-', '').upper()}",
        f"/posts/{post}/comments?total=true",
        f"/posts/slug-{mark}",
        f"/posts/moved-{mark}",
        *(f"/posts?{filters}" for filters in _filters(mark, author)),
        *(f"/search?q={words}" for words in (mark, f"title%20{mark}", f"title&tag=tag%20{mark}")),
        *(f"{of}/feed.{kind}" for of in ("", f"/authors/{author.account}") for kind in ("atom", "json")),
        "/sitemap.xml",
        "/me/posts",
        "/me/feed",
        *(f"/posts?{wish}&total=true" for wish in (f"liked_by={other.handle}", "following=true")),
        # an erased post is counted until the job that deletes it has come by
        *(() if how == "erase" else ("/tags?limit=100", "/tags?order=tag&limit=100")),
        f"/authors/{author.handle}",
        f"/authors/{author.account}",
    ]
    for path, reader in itertools.product(paths, (None, other)):
        answer = await press.get(path, reader)
        told = answer.text.replace(f"{mark}", "<mark>") + str(answer.headers)
        assert "<mark>" not in told, path
        assert post not in answer.text, path
        assert how == "erase" or not _is_json(answer) or answer.json().get("total", 0) == 0, path


def _is_json(answer: httpx.Response) -> bool:
    return answer.headers["content-type"] == "application/json"


def _filters(mark: str, author: Member) -> list[str]:
    orders = ("-published_at", "published_at", "title", "-likes", "-comments")
    by_tag = [f"tag=tag%20{mark}&order={order}&total=true" for order in orders]
    return [
        "limit=100",
        "limit=100&order=title",
        *by_tag,
        f"author={author.account}",
        f"author={author.account}&tag=tag%20{mark}",
    ]


async def test_addresses_are_told_to_their_owners_alone(press: Press) -> None:
    ana, other = await press.author(), await press.author()
    await press.published(ana, "By Ana")
    await press.project()
    for path in (f"/authors/{ana.handle}", "/posts?limit=100", "/posts/by-ana", "/accounts/me", "/me/posts", "/tags"):
        for reader in (None, other):
            answer = await press.get(path, reader)
            assert f"{ana.handle}@" not in answer.text
    assert f"{ana.handle}@" in (await press.get("/accounts/me", ana)).text
