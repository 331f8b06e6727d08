"""Doors to likes: once however often it is asked, exact however many ask at once."""

import asyncio
from uuid import UUID, uuid4

from domain.command import Actor, Context
from domain.likes.like_post import LikePost
from domain.likes.unlike_post import UnlikePost
from engine.commands.ports import Executed
from kit import clock
from kit.ids import new_id
from tests.command_api.asking import Api, code

ACCOUNTS = 1_000


async def test_a_like_is_kept_once_and_taken_back_once(api: Api) -> None:
    ines = await api.member()
    post = await ines.draft(publish=True)
    first, again = [await ines.ask("PUT", f"/posts/{post}/like") for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json() == {"id": post, "version": 1, "token": first.headers["consistency-token"]}
    gone = [await ines.ask("DELETE", f"/posts/{post}/like") for _ in range(2)]
    assert [answer.json()["version"] for answer in gone] == [2, 2]
    assert (await ines.ask("PUT", f"/posts/{post}/like")).json()["version"] == 3
    assert await api.types(f"like-{post}-{ines.account}") == ["PostLiked", "PostUnliked", "PostLiked"]


async def test_only_what_everybody_sees_is_liked(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    draft = await ines.draft()
    assert code(await ines.ask("PUT", f"/posts/{draft}/like")) == (409, "PostNotPublished")
    for post in (draft, uuid4()):
        assert code(await bram.ask("PUT", f"/posts/{post}/like")) == (404, "NoSuchPost")
        assert (await bram.ask("DELETE", f"/posts/{post}/like")).status_code == 200
    assert code(await api.http.put(f"/posts/{draft}/like")) == (401, "SignInNeeded")
    assert code(await ines.ask("PUT", f"/posts/{draft}/like", json={"account": bram.account}))[0] == 422
    assert code(await ines.ask("PUT", "/posts/none/like"))[0] == 422


async def test_what_was_unpublished_elsewhere_is_not_liked_by_a_process_that_saw_it_before(api: Api) -> None:
    ines, bram = await api.member(), await api.member()
    post = await ines.draft(publish=True)
    held = api.parts.executor._aggregates.held(f"post-{post}")
    await ines.ask("POST", f"/posts/{post}/unpublish")
    assert held
    api.parts.executor._aggregates._cache[f"post-{post}"] = held
    assert code(await bram.ask("PUT", f"/posts/{post}/like")) == (404, "NoSuchPost")
    assert await api.types(f"like-{post}-{bram.account}") == []


async def test_a_thousand_accounts_like_one_post_at_once(api: Api) -> None:
    ines = await api.member()
    post = UUID(await ines.draft(publish=True))
    accounts = [new_id() for _ in range(ACCOUNTS)]

    async def like(account: UUID) -> Executed:
        return await api.parts.executor.execute(
            LikePost(post=post, account=account), context=Context(Actor(account), clock.now()), correlation="c"
        )

    await asyncio.gather(*(like(account) for account in [*accounts, *accounts]))
    unlike = UnlikePost(post=post, account=accounts[0])
    await api.parts.executor.execute(unlike, context=Context(Actor(accounts[0]), clock.now()), correlation="c")
    stored = await api.pool.fetch(
        "SELECT type, count(*) AS events, count(DISTINCT stream) AS streams FROM events WHERE stream >= $1 AND"
        " stream < $2 GROUP BY type ORDER BY type",
        f"like-{post}-",
        f"like-{post}.",
    )
    assert [tuple(row) for row in stored] == [("PostLiked", ACCOUNTS, ACCOUNTS), ("PostUnliked", 1, 1)]
