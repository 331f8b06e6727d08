"""What is liked, and what is liked and discussed most."""

from secrets import token_hex

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.press import Press
from tests.query_api.test_post_lists import titles, walked


@pytest.fixture
def tag() -> str:
    return f"tag-{token_hex(6)}"


async def liked(press: Press, by: Member, *posts: str) -> None:
    for post in posts:
        assert (await by.ask("PUT", f"/posts/{post}/like")).status_code == 200
    await press.project()


async def three(press: Press, author: Member, tag: str) -> list[str]:
    return [await press.published(author, title, tags=[tag]) for title in ("One", "Two", "Three")]


async def test_likes_and_comments_are_counted_on_pages_and_cards(press: Press, tag: str) -> None:
    ana, ben = await press.author(), await press.author()
    post = await press.published(ana, tags=[tag])
    assert (await ben.post(f"/posts/{post}/comments", body="Well said.")).status_code == 201
    await liked(press, ben, post)
    await liked(press, ana, post)
    await ana.ask("DELETE", f"/posts/{post}/like")
    await press.project()
    for path in (f"/posts/{post}", f"/posts?tag={tag}"):
        for by, likes_it in ((None, None), (ana, False), (ben, True)):
            answer = (await press.get(path, by)).json()
            [shown] = answer.get("items", [answer])
            assert (shown["likes"], shown["comments"], shown.get("liked")) == (1, 1, likes_it)


async def test_a_like_is_seen_with_its_token_and_gives_another_etag(press: Press) -> None:
    ana = await press.author()
    post = await press.published(ana)
    await press.project()
    before = await press.get(f"/posts/{post}")
    like = await ana.ask("PUT", f"/posts/{post}/like")
    await press.project()
    token = {"Consistency-Token": like.headers["consistency-token"], "Prefer": "handling=strict"}
    after = await press.get(f"/posts/{post}", headers=token | {"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.json()["likes"]) == (200, 1)


async def test_posts_are_listed_by_likes_and_comments(press: Press, tag: str) -> None:
    ana, ben = await press.author(), await press.author()
    one, two, three_ = await three(press, ana, tag)
    await liked(press, ana, two, three_)
    await liked(press, ben, two)
    for post in (one, one, two):
        await ben.post(f"/posts/{post}/comments", body="Well said.")
    await press.project()
    for filters in (
        f"tag={tag}",
        f"tag={tag}&author={ana.handle}",
        f"tag={tag}&language=en&published_after=2020-01-01",
    ):
        assert await titles(press, f"/posts?{filters}&order=-likes") == ["Two", "Three", "One"]
        assert await walked(press, f"/posts?{filters}&order=-comments&limit=1") == ["One", "Two", "Three"]
    await ana.ask("POST", f"/posts/{two}/unpublish")
    await press.project()
    assert await titles(press, f"/posts?tag={tag}&order=-likes") == ["Three", "One"]
    assert code(await press.get(f"/posts?tag={tag}&status=draft&order=-likes", ana)) == (422, "InvalidRequest")
    assert code(await press.get("/me/posts?order=-comments", ana)) == (422, "InvalidRequest")


async def test_cursors_of_counts_are_read_with_care(press: Press, tag: str) -> None:
    ana = await press.author()
    await three(press, ana, tag)
    await press.project()
    page = await press.get(f"/posts?tag={tag}&order=-likes&limit=1")
    following = page.json()["next"]
    assert code(await press.get(f"/posts?tag={tag}&order=-comments&limit=1&cursor={following}"))[0] == 422
    assert code(await press.get(f"/posts?tag={tag}&order=-liked_at"))[0] == 422


async def test_what_somebody_likes_is_listed_as_they_liked_it(press: Press, tag: str) -> None:
    ana, ben = await press.author(), await press.author()
    one, two, three_ = await three(press, ana, tag)
    await liked(press, ben, two, three_, one)
    for path in (f"/posts?liked_by={ben.handle}", f"/posts?liked_by={ben.account}&tag={tag}"):
        assert await walked(press, f"{path}&limit=2") == ["One", "Three", "Two"]
        assert (await press.get(f"{path}&total=true")).json()["total"] == 3
    assert await walked(press, f"/posts?liked_by={ben.handle}&order=title&limit=1") == ["One", "Three", "Two"]
    assert await titles(press, f"/posts?liked_by={ben.handle}&order=-published_at&tag={tag}") == ["Three", "Two", "One"]
    assert (await press.get(f"/posts?liked_by={ben.handle}&order=title&total=true")).json()["total"] == 3
    await ben.ask("DELETE", f"/posts/{one}/like")
    await ana.ask("POST", f"/posts/{three_}/archive")
    await press.project()
    for reader in (None, ana, ben):
        assert await titles(press, f"/posts?liked_by={ben.handle}", reader) == ["Two"]
    assert await titles(press, "/posts?liked_by=nobody-at-all") == []


async def test_a_closed_account_likes_nothing(press: Press, tag: str) -> None:
    ana, ben = await press.author(), await press.author()
    [post, *_] = await three(press, ana, tag)
    await liked(press, ben, post)
    await ben.ask("DELETE", "/accounts/me")
    await press.project()
    for person in (ben.handle, ben.account):
        assert await titles(press, f"/posts?liked_by={person}") == []
