"""Doors to follows."""

import asyncio
from uuid import UUID

import pytest

from domain.accounts.credit_author import CreditAuthor
from domain.command import Actor, Context
from domain.follows import places
from domain.follows.follow_account import FollowAccount
from domain.follows.refusals import TooManyFollows
from domain.follows.unfollow_account import UnfollowAccount
from kit import clock
from kit.ids import new_id
from tests.command_api.asking import Api, code

ADMIN = Actor(roles=frozenset({"admin"}), is_system=True)


async def credited(api: Api, count: int) -> list[UUID]:
    accounts = [new_id() for _ in range(count)]
    for number, account in enumerate(accounts):
        command = CreditAuthor(account=account, handle=f"writer-{number}", name="A writer")
        await api.parts.executor.execute(command, context=Context(ADMIN, clock.now()), correlation="c")
    return accounts


async def test_an_account_is_followed_once_and_left_once(api: Api) -> None:
    ines = await api.member()
    [writer] = await credited(api, 1)
    first, again = [await ines.ask("PUT", "/accounts/Writer-0/follow") for _ in range(2)]
    assert first.json() == again.json() == {"id": str(writer), "version": 1, "token": first.json()["token"]}
    assert await api.count("claims WHERE kind = 'follow'") == 1
    gone = [await ines.ask("DELETE", "/accounts/writer-0/follow") for _ in range(2)]
    assert [answer.json()["version"] for answer in gone] == [2, 2]
    assert await api.count("claims WHERE kind = 'follow'") == 0
    assert await api.types(f"follow-{ines.account}-{writer}") == ["AccountFollowed", "AccountUnfollowed"]


async def test_nobody_follows_themselves_or_who_is_not_there(api: Api) -> None:
    admin, ines, bram = await api.admin(), await api.member(), await api.member()
    assert code(await ines.ask("PUT", f"/accounts/{ines.handle}/follow")) == (422, "OwnAccount")
    assert code(await ines.ask("PUT", "/accounts/nobody/follow")) == (404, "NoSuchAccount")
    assert code(await api.http.put(f"/accounts/{ines.handle}/follow")) == (401, "SignInNeeded")
    await admin.post(f"/accounts/{bram.handle}/suspend")
    assert code(await ines.ask("PUT", f"/accounts/{bram.handle}/follow")) == (403, "AccountIsSuspended")
    await admin.post(f"/accounts/{bram.handle}/reinstate")
    assert (await ines.ask("PUT", f"/accounts/{bram.handle}/follow")).status_code == 200
    assert (await bram.ask("DELETE", "/accounts/me")).status_code == 200
    assert (await ines.ask("PUT", f"/accounts/{bram.handle}/follow")).json()["version"] == 1
    assert code(await admin.ask("PUT", f"/accounts/{bram.handle}/follow")) == (409, "AccountIsClosed")


async def test_one_follows_as_many_as_there_are_places_however_many_at_once(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST", 5)
    reader, writers = new_id(), await credited(api, 9)
    context = Context(Actor(reader), clock.now())
    asked = [
        api.parts.executor.execute(FollowAccount(follower=reader, followee=writer), context=context, correlation="c")
        for writer in writers
    ]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [type(outcome) for outcome in refused] == [TooManyFollows] * 4
    assert await api.count("claims WHERE kind = 'follow'") == 5
    left = next(writer for writer, outcome in zip(writers, outcomes, strict=True) if outcome not in refused)
    kept_out = next(writer for writer, outcome in zip(writers, outcomes, strict=True) if outcome in refused)
    for command in (UnfollowAccount(follower=reader, followee=left), FollowAccount(follower=reader, followee=kept_out)):
        await api.parts.executor.execute(command, context=context, correlation="c")
    assert await api.count("claims WHERE kind = 'follow'") == 5
