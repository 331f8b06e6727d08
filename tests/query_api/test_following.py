"""Posts by those whom one follows."""

from secrets import token_hex

import pytest

from tests.command_api.asking import Member, code
from tests.query_api.press import Press
from tests.query_api.test_post_lists import dated, titles, walked


async def followed(press: Press, by: Member, *others: Member) -> None:
    for other in others:
        assert (await by.ask("PUT", f"/accounts/{other.handle}/follow")).status_code == 200
    await press.project()


@pytest.fixture
def tag() -> str:
    return f"tag-{token_hex(6)}"


async def test_the_feed_has_what_those_whom_one_follows_published_newest_first(press: Press) -> None:
    reader, ana, ben, eve = [await press.author() for _ in range(4)]
    await followed(press, reader, ana, ben)
    for author, title in ((ana, "A1"), (eve, "E1"), (ben, "B1"), (ana, "A2"), (ana, "A3"), (ben, "B2")):
        await press.published(author, title)
    await ana.draft("A draft")
    await press.project()
    newest = ["B2", "A3", "A2", "B1", "A1"]
    for path in ("/me/feed", "/posts?following=true"):
        joined = "&" if "?" in path else "?"
        assert await titles(press, path, reader) == newest
        for limit in (1, 2, 3):
            assert await walked(press, f"{path}{joined}limit={limit}", reader) == newest
    assert await titles(press, "/posts?following=true&order=published_at", reader) == newest[::-1]
    assert (await press.get("/posts?following=true&total=true", reader)).json()["total"] == 5
    await reader.ask("DELETE", f"/accounts/{ana.handle}/follow")
    await press.project()
    assert await titles(press, "/me/feed", reader) == ["B2", "B1"]
    assert await titles(press, "/me/feed", eve) == []


async def test_a_post_by_several_whom_one_follows_comes_once(press: Press) -> None:
    reader, editor = await press.author(), await press.editor()
    authors = [await press.author() for _ in range(4)]
    await followed(press, reader, *authors)
    handles = [author.handle for author in authors]
    for number in range(5):
        await editor.draft(f"Joint {number}", publish=True, authors=handles)
        await press.published(authors[number % 4], f"Own {number}")
    await press.project()
    expected = [f"{kind} {number}" for number in reversed(range(5)) for kind in ("Own", "Joint")]
    for limit in (1, 2, 3, 20):
        assert await walked(press, f"/me/feed?limit={limit}", reader) == expected
    assert (await press.get("/posts?following=true&total=true", reader)).json()["total"] == 10


async def test_following_goes_with_every_other_filter_and_order(press: Press, tag: str) -> None:
    reader, ana, eve, editor = await press.author(), await press.author(), await press.author(), await press.editor()
    await followed(press, reader, ana, editor)
    for author, title in ((ana, "Beta"), (eve, "Other"), (ana, "Alpha")):
        post = await press.published(author, title, tags=[tag])
        await reader.ask("PUT", f"/posts/{post}/like")
    await dated(editor, "Old", 3, tags=[tag])
    await press.project()
    following = f"/posts?following=true&tag={tag}"
    assert await titles(press, following, reader) == ["Alpha", "Beta", "Old"]
    assert await walked(press, f"{following}&order=title&limit=1", reader) == ["Alpha", "Beta", "Old"]
    assert await titles(press, f"{following}&order=-likes", reader) == ["Alpha", "Beta", "Old"]
    assert await titles(press, f"{following}&liked_by={reader.handle}", reader) == ["Alpha", "Beta"]
    assert (await press.get(f"{following}&total=true", reader)).json()["total"] == 3
    times = "published_after=2026-01-02T00:00:00Z&published_before=2026-01-04T00:00:00Z"
    assert await titles(press, f"/posts?following=true&{times}", reader) == ["Old"]
    assert (await press.get(f"/posts?following=true&total=true&{times}", reader)).json()["total"] == 1


async def test_one_follows_as_oneself(press: Press) -> None:
    assert code(await press.get("/me/feed")) == (401, "SignInNeeded")
    assert code(await press.get("/posts?following=true")) == (401, "SignInNeeded")
    reader, other, ana = await press.author(), await press.author(), await press.author()
    await followed(press, reader, ana)
    await followed(press, other, ana)
    for title in ("One", "Two"):
        await press.published(ana, title)
    await press.project()
    answer = await press.get("/me/feed?limit=1", reader)
    assert answer.headers["cache-control"] == "private, no-store"
    taken = await press.get(f"/me/feed?cursor={answer.json()['next']}", other)
    assert code(taken) == (422, "InvalidRequest")
