"""Comments, while what they stand on goes away: in another process, or at the same moment."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kit.settings import Settings
from tests.command_api.asking import Api, Member, code, opened_api
from tests.command_api.conftest import ROOMY


@pytest.fixture
async def elsewhere(settings: Settings) -> AsyncIterator[Api]:
    """Another process of the command API, on the same log."""
    async with opened_api(settings, ROOMY) as found:
        yield found


async def say(by: Member, post: str, parent: str | None = None) -> str:
    answer = await by.post(f"/posts/{post}/comments", body="x", **({"parent": parent} if parent else {}))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_post_unpublished_elsewhere_takes_no_comment_here(api: Api, elsewhere: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post = await ines.draft(publish=True)
    await say(bram, post)
    away = Member(elsewhere, ines.handle, ines.account, ines.tokens)
    assert (await away.ask("POST", f"/posts/{post}/unpublish")).status_code == 200
    assert code(await bram.post(f"/posts/{post}/comments", body="late")) == (404, "NoSuchPost")
    assert await api.count("events WHERE type = 'CommentWritten'") == 1


async def test_a_comment_deleted_elsewhere_is_not_answered_here(api: Api, elsewhere: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post = await ines.draft(publish=True)
    above = await say(bram, post)
    await say(ines, post, above)
    away = Member(elsewhere, bram.handle, bram.account, bram.tokens)
    assert (await away.ask("DELETE", f"/comments/{above}")).status_code == 200
    answer = await ines.post(f"/posts/{post}/comments", body="late", parent=above)
    assert code(answer) == (409, "NothingToAnswer")


async def test_no_comment_is_stored_behind_the_unpublishing_that_it_races(api: Api, elsewhere: Api) -> None:
    ines, bram = await api.member(), await api.member()
    away = Member(elsewhere, bram.handle, bram.account, bram.tokens)
    post = await ines.draft(publish=True)
    for _ in range(3):
        asked = [who.post(f"/posts/{post}/comments", body="x") for who in (bram, away) for _ in range(5)]
        asked.insert(5, ines.ask("POST", f"/posts/{post}/unpublish"))
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} <= {200, 201, 404}
        assert (await ines.ask("POST", f"/posts/{post}/publish")).status_code == 200
    rows = await api.pool.fetch("SELECT type FROM events WHERE partition_key = $1 ORDER BY position", post)
    is_public = False
    for kind in (row["type"] for row in rows):
        assert is_public or kind != "CommentWritten"
        is_public = {"PostPublished": True, "PostUnpublished": False}.get(kind, is_public)
    assert kind == "PostPublished"
