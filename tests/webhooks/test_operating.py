"""Webhooks as an operator sees them, and a time told again."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kit import clock
from ops.__main__ import main
from tests.ops.command_line import in_process
from tests.servers import Database
from tests.webhooks.house import House
from tests.webhooks.receiver import Answer, Receiver, receiving

SINCE = ("--from", "2020-01-01", "--to", "2100-01-01")


@pytest.fixture(autouse=True)
def operator(log_database: Database, read_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    monkeypatch.setenv("PALIMPSEST_READ_URL", read_database.url("projector"))


async def command(*words: str) -> int:
    return await in_process(main, ["webhooks", *words])


async def listed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert await command(*words, "--json") == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


async def test_hooks_and_what_was_sent_are_listed(
    house: House, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = await house.hook(receiver.url)
    receiver.answers = lambda received: Answer(500 if received.kind == "post.changed" else 204)
    post = await house.publish()
    async with house.telling():
        await house.until_told()
        await house.revise(post)
        await house.until_tried(2)
    [row] = await listed(capsys)
    assert (row["webhook"], row["url"], row["state"]) == (str(hook.id), receiver.url, "active")
    assert (row["failures"], row["keys_waiting"], row["last_refusal"]) == (1, 1, "status 500")
    assert row["oldest_s"] >= 0
    refused, accepted = await listed(capsys, "deliveries", str(hook.id))
    assert (refused["kind"], refused["outcome"], refused["status"]) == ("post.changed", "refused", 500)
    assert (accepted["message"], accepted["outcome"]) == (receiver.received[0].id, "accepted")
    assert await listed(capsys, "deliveries", str(hook.id), "--refused", "--key", str(post)) == [refused]
    assert await command() == 0
    assert hook.secret not in capsys.readouterr().out


async def test_a_time_is_told_again_to_one_hook_with_the_same_ids(house: House, receiver: Receiver) -> None:
    hook = await house.hook(receiver.url, kinds=("post.published", "post.changed"))
    async with receiving() as other:
        await house.hook(other.url)
        posts = [await house.publish() for _ in range(3)]
        begin = clock.now()
        for post in posts[:2]:
            await house.revise(post)
            await house.comment(post)
        end = clock.now()
        await house.revise(posts[0])
        async with house.telling():
            await house.until_told()
            first, told_other = [each.id for each in receiver.received], len(other.received)
            time = ("--from", begin.isoformat(), "--to", end.isoformat())
            assert await command("replay", str(hook.id), *time, "--yes", "--why", "its disk was full") == 0
            await house.until_told()
        assert len(other.received) == told_other
    again = receiver.received[len(first) :]
    assert sorted((each.kind, each.post) for each in again) == sorted(("post.changed", str(post)) for post in posts[:2])
    assert {each.id for each in again} <= set(first)
    [action] = await house.rows("operator_actions")
    assert (action["action"], action["target"], action["why"]) == ("webhooks replay", str(hook.id), "its disk was full")
    assert json.loads(action["details"])["keys"] == 2


async def test_a_key_in_hand_is_told_again_when_it_was_given_back(house: House, receiver: Receiver) -> None:
    hook = await house.hook(receiver.url)
    post = await house.publish()

    async def replay_meanwhile(_received: Any) -> Answer:
        if len(receiver.received) == 1:
            assert await command("replay", str(hook.id), *SINCE, "--yes") == 0
        return Answer()

    receiver.answers = replay_meanwhile
    async with house.telling():
        await house.until_told()
    assert receiver.kinds(post) == ["post.published"] * 2


async def test_what_is_only_counted_or_not_agreed_to_changes_nothing(
    house: House, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = await house.hook(receiver.url)
    await house.publish()
    assert await command("replay", str(hook.id), *SINCE, "--dry-run") == 2
    assert "there is no webhook" in capsys.readouterr().err, "deliveries do not know it yet"
    async with house.telling():
        await house.until_told()
    assert await command("replay", str(hook.id), *SINCE, "--dry-run") == 0
    assert capsys.readouterr().out == "1 events\n"
    assert await command("replay", str(hook.id), *SINCE) == 2
    assert await house.rows("webhook_keys") == []
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()
    assert await command("replay", str(hook.id), "--from", tomorrow, "--to", "2100-01-01", "--yes") == 0
    assert await house.rows("operator_actions") == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("deliveries", str(uuid4())), "there is no webhook"),
        (("replay", str(uuid4()), *SINCE, "--yes"), "there is no webhook"),
        (("replay", str(uuid4()), "--from", "2026-01-02", "--to", "2026-01-01"), "--from is to be before --to"),
    ],
)
async def test_what_cannot_be_is_said(
    house: House, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    assert house.author
    assert await command(*words) == 2
    assert why in capsys.readouterr().err
