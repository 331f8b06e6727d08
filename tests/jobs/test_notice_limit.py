"""A storm of comments: a few notices an hour, and one mail that sums up the rest."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from jobs import more_comments_mail, notice_limit
from jobs.notice_limit import MOST_AN_HOUR, NoticeLimit
from kit import clock
from stack.servers.smtp import Smtp
from tests.command_api.asking import Member
from tests.jobs.bureau import Bureau, done, opened_bureau
from tests.jobs.mailbox import text_of
from tests.jobs.waiting import until_found, until_no_hour_ends_soon
from tests.servers import Cluster

_AN_HOUR_PASSES = "UPDATE comment_notices SET hour = hour - interval '1 hour' WHERE account = $1"
_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)"


@pytest.fixture(scope="module")
async def bureau(postgres: Cluster, smtp: Smtp) -> AsyncIterator[Bureau]:
    async with opened_bureau(postgres, smtp) as opened:
        yield opened


@pytest.fixture
def limit(bureau: Bureau) -> NoticeLimit:
    return NoticeLimit(bureau.pool)


@pytest.fixture(autouse=True)
async def _no_hour_ends() -> None:
    """While a test runs."""
    await until_no_hour_ends_soon()


async def comments(by: Member, post: str, count: int, **fields: Any) -> list[str]:
    """Their ids."""
    path, body = f"/posts/{post}/comments", {"body": "Well said.", **fields}
    return [str((await done(await by.ask("POST", path, json=body)))["id"]) for _ in range(count)]


async def an_hour_later(bureau: Bureau, *members: Member) -> None:
    for member in members:
        await bureau.owner.execute(_AN_HOUR_PASSES, UUID(member.account))
    await bureau.tick(more_comments_mail.JOB, clock.now())


async def test_so_many_notices_of_a_kind_go_out_within_an_hour(limit: NoticeLimit, bureau: Bureau) -> None:
    ann, told = uuid4(), [uuid4() for _ in range(MOST_AN_HOUR + 2)]
    first = [await limit.may_tell(ann, "comment", each) for each in told]
    assert first == [True] * MOST_AN_HOUR + [False] * 2
    assert [await limit.may_tell(ann, "comment", each) for each in told] == first, "asked again, it says the same"
    assert await limit.may_tell(ann, "reply", told[-1])
    assert await limit.may_tell(uuid4(), "comment", told[-1])
    await bureau.owner.execute(_AN_HOUR_PASSES, ann)
    assert await limit.may_tell(ann, "comment", told[-1])


async def test_of_two_at_the_same_time_one_gets_the_last_place(limit: NoticeLimit, bureau: Bureau) -> None:
    ann = uuid4()
    for _ in range(MOST_AN_HOUR - 1):
        await limit.may_tell(ann, "comment", uuid4())
    async with asyncpg.create_pool(bureau.press.log.url("jobs"), min_size=1, max_size=1) as pool:
        pid = await pool.fetchval("SELECT pg_backend_pid()")
        async with bureau.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(notice_limit._TAKE, ann, "comment", uuid4(), MOST_AN_HOUR)  # halfway
            second = asyncio.create_task(NoticeLimit(pool).may_tell(ann, "comment", uuid4()))

            async def waits_or_is_done() -> bool:
                return second.done() or bool(await bureau.owner.fetchval(_WAITS, pid))

            await until_found(waits_or_is_done, "the second one meets the first")
            await transaction.commit()
        assert not await second


async def test_what_is_held_is_told_by_one_tick(limit: NoticeLimit, bureau: Bureau) -> None:
    ann, first, second = uuid4(), uuid4(), uuid4()
    told = [uuid4() for _ in range(MOST_AN_HOUR + 3)]
    for each in told:
        await limit.may_tell(ann, "comment", each)
    assert ann not in await limit.hand_over(uuid4()), "the hour is not over"
    await bureau.owner.execute(_AN_HOUR_PASSES, ann)
    assert [ann in await limit.hand_over(tick) for tick in (first, second, first)] == [True, False, True]
    assert sorted(await limit.held(first, ann, "comment")) == sorted(told[MOST_AN_HOUR:])
    await limit.forget(first, ann, "comment")
    assert ann not in await limit.hand_over(first)


async def test_a_storm_of_comments_is_a_few_mails_and_a_sum(bureau: Bureau) -> None:
    ines, ben = await bureau.member("comment"), await bureau.member()
    post, other = await ines.draft(publish=True), await ines.draft("Tides & boats", publish=True)
    await comments(ben, post, MOST_AN_HOUR)
    await bureau.deliver()
    rejected, *_ = await comments(ben, post, 4)
    await comments(ben, other, 1)
    await bureau.deliver()
    await done(await bureau.press.admin.ask("POST", f"/comments/{rejected}/reject"))
    assert len(bureau.mails(ines)) == MOST_AN_HOUR
    await an_hour_later(bureau, ines)
    *_, mail = bureau.mails(ines)
    assert mail["Subject"] == "4 more comments on your posts at site.example"
    said = text_of(mail).replace("\r\n", "\n")
    assert "/posts/on-the-sea" in said
    assert "3 more comments\n" in said
    assert "Tides & boats\nhttps://site.example/posts/tides-boats\n1 more comment\n" in said
    assert f"told of {MOST_AN_HOUR} comments" in said
    assert mail["List-Unsubscribe-Post"]
    await an_hour_later(bureau, ines)
    await bureau.hear_all_again()
    assert len(bureau.mails(ines)) == MOST_AN_HOUR + 1


async def test_answers_are_summed_up_in_their_readers_language_while_they_are_wanted(bureau: Bureau) -> None:
    ines, zoe, ben = await bureau.member("reply", language="zh"), await bureau.member("reply"), await bureau.member()
    post = await (await bureau.press.author()).draft(publish=True)
    for member in (ines, zoe):
        [asked] = await comments(member, post, 1)
        await comments(ben, post, MOST_AN_HOUR + 2, parent=asked)
    await bureau.deliver()
    await bureau.choose(zoe)
    await an_hour_later(bureau, ines, zoe)
    assert bureau.subjects(ines)[MOST_AN_HOUR:] == ["您在site.example的评论另有 2 条新回复"]
    assert len(bureau.mails(zoe)) == MOST_AN_HOUR
    left = "SELECT count(*) FROM comment_notices WHERE account = $1 AND place IS NULL"
    assert await bureau.owner.fetchval(left, UUID(zoe.account)) == 0
