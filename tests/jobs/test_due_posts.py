"""Scheduled posts, published when their time comes."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.accounts.suspend_account import SuspendAccount
from domain.command import Command
from domain.posts.revise_post import RevisePost
from domain.posts.unschedule_post import UnschedulePost
from jobs.cancel_schedules import cancel
from tests.jobs.accounts import open_accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.due_posts import Desk
from tests.jobs.waiting import until_found
from tests.servers import Database

PUBLISHED_ONCE = ["PostDrafted", "PostScheduled", "PostPublished"]
SEQUENCER = 7203114985
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1::bigint"


async def test_posts_are_published_within_a_second_of_their_time_and_never_before_without_a_broker_too(
    desk: Desk, start_jobs: StartJobs, ledger_view: LedgerView
) -> None:
    start_jobs(PALIMPSEST_REDIS_URL="redis://127.0.0.1:1/0")
    posts = [(await desk.draft())[1] for _ in range(5)]
    await ledger_view.until_state("waiting", 5)  # mails, so it runs
    for number, post in enumerate(posts):
        await desk.schedule(post, in_s=0.4 + 0.3 * number)
    await desk.until("published", *posts)
    late_s = await desk.lateness_s()
    assert 0 < late_s[0] <= late_s[len(posts) // 2] < 1
    assert [await desk.types(post) for post in posts] == [PUBLISHED_ONCE] * len(posts)


async def test_two_schedulers_publish_a_post_once_though_one_is_killed_with_it_in_hand(
    desk: Desk, start_jobs: StartJobs, log_database: Database
) -> None:
    first = start_jobs()
    start_jobs(PALIMPSEST_INSTANCE="2")
    posts = [(await desk.draft())[1] for _ in range(8)]
    await desk.schedule(*posts, in_s=1.5)
    held = await asyncpg.connect(log_database.url("owner"))
    await held.execute("SELECT pg_advisory_lock($1)", SEQUENCER)

    async def both_are_publishing() -> bool:
        return bool(await held.fetchval(WAITING, SEQUENCER & 0xFFFFFFFF) >= 2)

    await until_found(both_are_publishing, "both schedulers have posts in hand")
    first.kill()
    await held.close()
    await desk.until("published", *posts)
    assert [await desk.types(post) for post in posts] == [PUBLISHED_ONCE] * len(posts)


async def test_what_was_missed_while_everything_was_down_is_published_on_return(
    desk: Desk, start_jobs: StartJobs
) -> None:
    _, post = await desk.draft()
    at = await desk.schedule(post, in_s=-1)
    start_jobs()
    await desk.until("published", post)
    assert (await desk.post(post)).published_at == at


async def test_another_time_takes_the_place_of_the_first_and_none_of_both(
    desk: Desk, start_jobs: StartJobs, ledger_view: LedgerView
) -> None:
    (_, moved), (_, left) = await desk.draft(), await desk.draft()
    await desk.schedule(moved, left, in_s=-1)
    later = await desk.schedule(moved, in_s=3600)
    await desk.do(UnschedulePost(post=left))
    start_jobs()
    await ledger_view.until_state("done", 4)  # two of them are mails
    assert [(await desk.post(post)).status for post in (moved, left)] == ["scheduled", "draft"]
    await ledger_view.execute("UPDATE job_ledger SET due_at = clock_timestamp() WHERE state = 'waiting'")

    async def is_put_back() -> bool:
        [row] = [row for row in await ledger_view.rows() if row["state"] != "done"]
        return bool(row["state"] == "waiting" and abs((row["due_at"] - later).total_seconds()) < 1)

    await until_found(is_put_back, "what is done too early waits for its time")
    assert (await desk.post(moved)).status == "scheduled"


async def test_a_post_whose_authors_may_not_publish_is_a_draft_from_its_time_on(
    desk: Desk, start_jobs: StartJobs
) -> None:
    writer, post = await desk.draft()
    await desk.schedule(post, in_s=-1)
    await desk.do(SuspendAccount(account=writer))
    start_jobs()
    await desk.until("draft", post)
    assert await desk.types(post) == ["PostDrafted", "PostScheduled", "PostUnscheduled"]


@pytest.mark.usefixtures("projectors")
async def test_who_closes_an_account_leaves_no_schedule_but_where_another_author_is(
    desk: Desk, start_jobs: StartJobs
) -> None:
    (writer, alone), (other, shared) = await desk.draft(), await desk.draft()
    await desk.do(RevisePost(post=shared, authors=(other, writer)))
    await desk.schedule(alone, shared, in_s=3600)
    start_jobs()
    await desk.accounts.close(writer)
    await desk.until("draft", alone)
    await desk.accounts.close(other)
    await desk.until("draft", shared)
    assert await desk.types(shared) == ["PostDrafted", "PostRevised", "PostScheduled", "PostUnscheduled"]


async def test_authors_who_change_between_two_looks_at_the_post_are_looked_at_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One who may not publish, until another is added."""
    writer, post = await desk.draft()
    other, _ = await desk.accounts.register()
    await desk.schedule(post, in_s=-1)
    await desk.do(SuspendAccount(account=writer))
    meanwhile(desk, monkeypatch, RevisePost(post=post, authors=(writer, other)))
    await desk.publish(post)
    assert (await desk.post(post)).status == "published"


async def test_a_schedule_stays_when_another_author_comes_before_it_is_cancelled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, post = await desk.draft()
    other, _ = await desk.accounts.register()
    await desk.schedule(post, in_s=3600)
    await desk.accounts.close(writer)
    meanwhile(desk, monkeypatch, RevisePost(post=post, authors=(writer, other)))
    await cancel(post, await desk.newest_schedule(post), desk.accounts.executor)
    assert (await desk.post(post)).status == "scheduled"


def meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    """Has the command come between what is loaded next and what is decided on it."""
    executor, load = desk.accounts.executor, desk.accounts.executor.load

    async def load_and_lose(aggregate: type[Any], stream: str) -> tuple[Any, int]:
        found = await load(aggregate, stream)
        monkeypatch.setattr(executor, "load", load)
        await desk.do(command)
        return found

    monkeypatch.setattr(executor, "load", load_and_lose)


async def test_an_author_who_was_just_suspended_elsewhere_publishes_nothing(desk: Desk, log_database: Database) -> None:
    """What this process holds of the author is of before."""
    writer, first = await desk.draft()
    post = UUID((await desk.accounts.draft(writer)).removeprefix("post-"))
    await desk.schedule(first, post, in_s=-1)
    await desk.publish(first)
    async with open_accounts(log_database.url("command")) as elsewhere:
        await Desk(elsewhere, desk.connection).do(SuspendAccount(account=writer))
    await desk.publish(post)
    assert (await desk.post(post)).status == "draft"
