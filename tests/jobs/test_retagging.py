"""Posts that had a tag before it was renamed or merged."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.posts.post import Post
from jobs.retag_posts import retag
from tests.jobs.accounts import Accounts, open_accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.waiting import until_found
from tests.servers import Database

_SEQUENCER = 7203114985
_RETAGGED = "SELECT count(*) FROM events WHERE type = 'PostRetagged'"
_DIED = "UPDATE job_ledger SET leased_until = clock_timestamp(), resend_at = clock_timestamp() WHERE state = 'running'"


async def tags_of(accounts: Accounts, posts: list[str]) -> set[tuple[str, ...]]:
    return {(await accounts.executor.load(Post, post))[0].tags for post in posts}


async def until_retagged(ledger_view: LedgerView, jobs: int = 1) -> None:
    async def look() -> bool:
        return [row["state"] for row in await ledger_view.rows() if row["job"] == "retag_posts"] == ["done"] * jobs

    await until_found(look, "posts are retagged")


@pytest.mark.usefixtures("projectors")
async def test_a_new_name_reaches_posts_that_had_the_old_one_and_posts_that_take_it_meanwhile(
    accounts: Accounts, start_jobs: StartJobs, ledger_view: LedgerView, log_database: Database
) -> None:
    writer, _ = await accounts.register()
    posts = [await accounts.draft(writer, "Sea", "Salt") for _ in range(20)]
    other = await accounts.draft(writer, "Ocean")
    spelt = [await accounts.draft(writer, spelling) for spelling in ("news", "NEWS", "News")]
    await accounts.rename_tag("news", "News")
    await accounts.rename_tag("news", "NEWS")
    start_jobs()
    is_merged = asyncio.Event()

    async def write(by: Accounts) -> None:
        """In a process whose taxonomy is as it was before."""
        while not is_merged.is_set():
            posts.append(await by.draft(writer, "SEA", "Salt"))
        posts.append(await by.draft(writer, "sea", "Salt"))

    async with open_accounts(log_database.url("command")) as elsewhere, asyncio.TaskGroup() as writing:
        writing.create_task(write(elsewhere))
        await accounts.merge_tags("sea", "Ocean")
        is_merged.set()
    before = len(posts) + 1
    await until_retagged(ledger_view, 3)
    assert await tags_of(accounts, posts) == {("Ocean", "Salt")}
    assert await tags_of(accounts, spelt) == {("NEWS",)}
    assert await tags_of(accounts, [other]) == {("Ocean",)}
    [*_, row] = [row for row in await ledger_view.rows() if row["job"] == "retag_posts"]
    assert 20 <= row["steps"] < before


@pytest.mark.usefixtures("projectors")
async def test_a_worker_killed_in_the_middle_leaves_the_rest_to_another(
    accounts: Accounts, start_jobs: StartJobs, ledger_view: LedgerView, log_database: Database
) -> None:
    writer, _ = await accounts.register()
    posts = [await accounts.draft(writer, "news") for _ in range(40)]
    await accounts.rename_tag("News", "Press")
    held = await asyncpg.connect(log_database.url("owner"))
    await held.execute("SELECT pg_advisory_lock($1)", _SEQUENCER)
    killed = start_jobs()

    async def is_retagging() -> bool:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1::bigint"
        return bool(await held.fetchval(waiting, _SEQUENCER & 0xFFFFFFFF))

    await until_found(is_retagging, "posts are being retagged")
    killed.kill()
    await held.close()
    await ledger_view.execute(_DIED)
    start_jobs()
    await until_retagged(ledger_view)
    assert await tags_of(accounts, posts) == {("Press",)}
    connection = await asyncpg.connect(log_database.url("owner"))
    assert await connection.fetchval(_RETAGGED) == len(posts)
    await connection.close()


async def test_tags_that_an_author_changes_meanwhile_are_not_undone(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, _ = await accounts.register()
    post = await accounts.draft(writer, "sea")
    await accounts.rename_tag("sea", "Ocean")
    executor, load = accounts.executor, accounts.executor.load

    async def load_and_lose(aggregate: type[Any], stream: str) -> tuple[Any, int]:
        """The author comes between what was loaded and what is decided."""
        found = await load(aggregate, stream)
        monkeypatch.setattr(executor, "load", load)
        await accounts.retag(UUID(post.removeprefix("post-")), "sea", "Salt")
        return found

    monkeypatch.setattr(executor, "load", load_and_lose)
    assert await retag(UUID(post.removeprefix("post-")), executor, correlation="r", causation="c") == 0
    assert await tags_of(accounts, [post]) == {("Ocean", "Salt")}
