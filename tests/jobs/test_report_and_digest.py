"""What the clock has sent: the daily report to editors, the weekly digest to followers."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from jobs import daily_report, weekly_digest
from jobs.day_counts import Counts, DayCounts
from jobs.days import day_before
from kit import clock
from stack.servers.smtp import Smtp
from tests.command_api.asking import Member
from tests.jobs.bureau import Bureau, done, opened_bureau
from tests.jobs.mailbox import text_of
from tests.servers import Cluster

DAY = timedelta(days=1)
NOON = f"Etc/GMT{clock.now().hour - 12:+d}"
"""Where it is about noon now: no day ends while these tests run."""


@pytest.fixture(scope="module")
async def bureau(postgres: Cluster, smtp: Smtp) -> AsyncIterator[Bureau]:
    async with opened_bureau(postgres, smtp) as opened:
        yield opened


@pytest.fixture
def tomorrow() -> datetime:
    return clock.now() + DAY


async def test_editors_who_want_it_are_told_of_the_day_before_in_their_language(
    bureau: Bureau, tomorrow: datetime
) -> None:
    await done(
        await bureau.press.admin.ask(
            "PUT",
            "/site",
            json={"title": "Tides", "base_url": "https://tides.example", "time_zone": NOON},
        )
    )
    english, chinese = await bureau.editor("report"), await bureau.editor("report", language="zh")
    others = [await bureau.editor(), await bureau.member("report")]
    post = await english.draft(publish=True)
    for _ in range(2):
        await done(await chinese.ask("POST", f"/posts/{post}/comments", json={"body": "Well said."}))
    await bureau.deliver()
    day = day_before(tomorrow, NOON)
    counts = await DayCounts(bureau.pool).between(day.since, day.until)
    await bureau.tick(daily_report.JOB, tomorrow)
    [report], [chinese_report] = bureau.mails(english), bureau.mails(chinese)
    accounts = await bureau.owner.fetchval("SELECT count(*) FROM events WHERE type = 'AccountRegistered'")
    assert report["Subject"] == f"Tides on {day.date}: 1 post, 2 comments, {accounts} sign-ups"
    assert counts.jobs_done > 0
    assert re.search(r"Jobs done: [1-9]\d*\r\nJobs failed: 0", text_of(report))
    assert f"by the clock of {NOON}" in text_of(report)
    assert chinese_report["Subject"].startswith(f"Tides {day.date} ")
    assert [bureau.mails(other) for other in others] == [[], []]
    await bureau.tick(daily_report.JOB, tomorrow)
    await bureau.hear_all_again()
    assert len(bureau.mails(english)) == 1, "the same tick is entered once, whoever sees it"

    await done(await bureau.press.admin.ask("DELETE", f"/accounts/{english.handle}/roles/editor"))
    await bureau.choose(chinese)
    await bureau.tick(daily_report.JOB, tomorrow + DAY)
    assert [len(bureau.mails(each)) for each in (english, chinese)] == [1, 1]


async def test_a_day_holds_what_was_recorded_in_it(bureau: Bureau) -> None:
    first = await bureau.owner.fetchval("SELECT min(recorded_at) FROM events")
    counts = DayCounts(bureau.pool)
    assert await counts.between(first - DAY, first) == Counts(0, 0, 0, 0, 0)
    assert (await counts.between(first, first + timedelta(microseconds=1))).accounts == 1
    assert (await counts.between(first + timedelta(microseconds=1), first + DAY)).accounts == (
        await counts.between(first, first + DAY)
    ).accounts - 1


async def test_a_day_counts_the_jobs_that_failed_on_it_and_not_what_waits(bureau: Bureau) -> None:
    day = day_before(clock.now() - 3 * DAY, NOON)
    fail = """
        UPDATE job_ledger SET state = $1, failed_at = $2
         WHERE ctid = (SELECT min(ctid) FROM job_ledger WHERE state = 'done' AND failed_at IS NULL)
    """
    for state, failed_at in [
        ("failed", day.since),
        ("done", day.until - timedelta(seconds=1)),
        ("failed", day.until),
        ("failed", day.since - DAY),
    ]:
        await bureau.owner.execute(fail, state, failed_at)
    assert (await DayCounts(bureau.pool).between(day.since, day.until)).jobs_failed == 2
    await bureau.owner.execute("UPDATE job_ledger SET state = 'done', failed_at = NULL")


async def followed(by: Member, *others: Member) -> None:
    for other in others:
        await done(await by.ask("PUT", f"/accounts/{other.handle}/follow"))


async def test_followers_who_want_it_are_told_of_the_weeks_posts(bureau: Bureau, tomorrow: datetime) -> None:
    reader, chinese = await bureau.member("digest"), await bureau.member("digest", language="zh-TW")
    idle, unwilling = await bureau.member("digest"), await bureau.member()
    ines, ben = await bureau.press.author(), await bureau.press.author()
    await followed(reader, ines, ben)
    await followed(chinese, ben)
    await followed(unwilling, ben)
    await followed(idle, reader)
    await ines.draft("A <draft>")
    shared = await ines.draft("Tides & boats", publish=True)
    await done(await bureau.press.admin.ask("PATCH", f"/posts/{shared}", json={"authors": [ines.handle, ben.handle]}))
    gone = await ben.draft("Taken back", publish=True)
    await done(await ben.ask("POST", f"/posts/{gone}/unpublish"))
    old = await ben.draft("Of long ago")
    long_ago = {"published_at": (clock.now() - 8 * DAY).isoformat()}
    await done(await bureau.press.admin.ask("POST", f"/posts/{old}/publish", json=long_ago))
    await bureau.deliver()
    await bureau.tick(weekly_digest.JOB, tomorrow)
    [mail], [other] = bureau.mails(reader), bureau.mails(chinese)
    assert "1 new post by" in mail["Subject"]
    assert "1 篇新文章" in other["Subject"]
    assert f"Tides & boats\nhttps://tides.example/posts/tides-boats\n{ines.handle.title()}, " in text_of(mail).replace(
        "\r\n", "\n"
    )
    for unsaid in ("draft", "Taken back", "Of long ago"):
        assert unsaid not in text_of(mail)
    assert mail["List-Unsubscribe-Post"]
    assert bureau.mails(idle) == bureau.mails(unwilling) == []
    await bureau.tick(weekly_digest.JOB, tomorrow)
    assert len(bureau.mails(reader)) == 1


async def test_nobody_is_told_of_posts_of_their_own(bureau: Bureau, tomorrow: datetime) -> None:
    reader, ines = await bureau.member("digest"), await bureau.press.author()
    await followed(reader, ines)
    shared = await ines.draft(publish=True)
    handles = [ines.handle, reader.handle]
    await done(await bureau.press.admin.ask("PATCH", f"/posts/{shared}", json={"authors": handles}))
    await bureau.deliver()
    await bureau.tick(weekly_digest.JOB, tomorrow)
    assert bureau.mails(reader) == []


async def test_a_digest_names_twenty_posts_and_says_how_many_more_there_are(bureau: Bureau, tomorrow: datetime) -> None:
    reader, ines = await bureau.member("digest"), await bureau.press.author()
    await followed(reader, ines)
    for number in range(22):
        await ines.draft(f"Number {number}.", publish=True)
    await bureau.deliver()
    await bureau.tick(weekly_digest.JOB, tomorrow)
    [mail] = bureau.mails(reader)
    assert (text_of(mail).count("Number "), "And 2 more." in text_of(mail)) == (20, True)
    assert text_of(mail).index("Number 21.") < text_of(mail).index("Number 2.")
