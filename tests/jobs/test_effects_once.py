"""Workers that die or freeze around their effect, or in the midst of it: what they have done is there once."""

import signal
from collections.abc import AsyncIterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from kit.blobs.holding import held
from tests.jobs.accounts import Accounts
from tests.jobs.conftest import JobsProcess, LedgerView, StartJobs
from tests.jobs.test_picture_variants import Darkroom, opened_darkroom
from tests.jobs.test_retagging import tags_of
from tests.jobs.waiting import until_found
from tests.pictures import corpus
from tests.pictures.test_variants import made_of
from tests.servers import Database

_SEQUENCER = 7203114985
_WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1::bigint"
_END_WAITING = _WAITING.replace("pid", "pg_terminate_backend(pid)")
_HOLDERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'palimpsest media'"
)
_FROM_THE_START = "INSERT INTO job_triggers (job, since) VALUES ('picture_variants', 0)"
_LEASES_END = "UPDATE job_ledger SET leased_until = now(), resend_at = now() WHERE state = 'running'"
_RETAGGED = "SELECT count(*) FROM events WHERE type = 'PostRetagged'"


class Sequencer:
    """What is appended waits while it is held."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection

    async def hold(self) -> None:
        await self._connection.execute("SELECT pg_advisory_lock($1)", _SEQUENCER)

    async def until_waited_for(self) -> None:
        await until_found(self._is_waited_for, "somebody is about to append")

    async def refuse(self) -> None:
        """Whoever waits appends nothing."""
        await self._connection.fetch(_END_WAITING, _SEQUENCER & 0xFFFFFFFF)

    async def let_go(self) -> None:
        await self._connection.execute("SELECT pg_advisory_unlock($1)", _SEQUENCER)

    async def _is_waited_for(self) -> bool:
        return bool(await self._connection.fetch(_WAITING, _SEQUENCER & 0xFFFFFFFF))


@pytest.fixture
async def sequencer(log_database: Database) -> AsyncIterator[Sequencer]:
    connection = await asyncpg.connect(log_database.admin_url)
    yield Sequencer(connection)
    await connection.close()


@pytest.fixture
async def darkroom(accounts: Accounts, log_database: Database, tmp_path: Path) -> AsyncIterator[Darkroom]:
    async with opened_darkroom(accounts, log_database, tmp_path / "media") as opened:
        yield opened


async def row_of(job: str, view: LedgerView) -> dict[str, Any]:
    [row] = [row for row in await view.rows() if row["job"] == job]
    return row


async def until_done(job: str, view: LedgerView) -> None:
    async def look() -> bool:
        return bool((await row_of(job, view))["state"] == "done")

    await until_found(look, f"{job} is done")


async def _are_made(darkroom: Darkroom) -> bool:
    return bool(await darkroom.pool.fetchval(_HOLDERS) == 2)


async def wakes_in_vain(frozen: JobsProcess) -> None:
    frozen.process.send_signal(signal.SIGCONT)
    await frozen.until_told("another worker")


@pytest.mark.parametrize("is_event_there", [True, False])
async def test_a_worker_killed_between_storing_variants_and_recording_them_leaves_one_set_and_one_event(
    *,
    is_event_there: bool,
    darkroom: Darkroom,
    start_jobs: StartJobs,
    ledger_view: LedgerView,
    sequencer: Sequencer,
) -> None:
    await ledger_view.execute(_FROM_THE_START)
    media = await darkroom.upload(corpus.lying(1), "image/jpeg")
    await sequencer.hold()
    killed = start_jobs()
    await sequencer.until_waited_for()
    assert len(await darkroom.kept()) > 1, "the bytes are stored"
    killed.kill()
    if not is_event_there:
        await sequencer.refuse()
    await sequencer.let_go()
    await ledger_view.execute(_LEASES_END)
    start_jobs()
    await until_done("picture_variants", ledger_view)
    assert (await row_of("picture_variants", ledger_view))["attempts"] == 2
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaProcessed"]
    assert await darkroom.kept() == await darkroom.needed(media)


async def test_a_worker_frozen_with_a_picture_in_hand_changes_nothing_when_it_wakes(
    darkroom: Darkroom, start_jobs: StartJobs, ledger_view: LedgerView, log_database: Database
) -> None:
    await ledger_view.execute(_FROM_THE_START)
    content = corpus.lying(1)
    _, variants = await made_of(content, "image/jpeg")
    media = await darkroom.upload(content, "image/jpeg")
    async with held(log_database.url("jobs"), *(sha256(each).hexdigest() for each in variants.values())):
        frozen = start_jobs()
        await until_found(partial(_are_made, darkroom), "variants are made, and about to be stored")
        frozen.process.send_signal(signal.SIGSTOP)
    await ledger_view.execute(_LEASES_END)
    start_jobs(PALIMPSEST_INSTANCE="2")
    await until_done("picture_variants", ledger_view)
    before = await row_of("picture_variants", ledger_view)
    await wakes_in_vain(frozen)
    assert await row_of("picture_variants", ledger_view) == before
    assert await darkroom.kinds(media) == ["MediaUploaded", "MediaProcessed"]
    assert await darkroom.kept() == await darkroom.needed(media)


@pytest.mark.usefixtures("projectors")
async def test_a_worker_frozen_amid_commands_gives_none_twice_when_it_wakes(
    accounts: Accounts,
    start_jobs: StartJobs,
    ledger_view: LedgerView,
    sequencer: Sequencer,
    log_database: Database,
) -> None:
    writer, _ = await accounts.register()
    posts = [await accounts.draft(writer, "news") for _ in range(8)]
    await accounts.rename_tag("News", "Press")
    await sequencer.hold()
    frozen = start_jobs()
    await sequencer.until_waited_for()
    frozen.process.send_signal(signal.SIGSTOP)
    await ledger_view.execute(_LEASES_END)
    await sequencer.let_go()
    start_jobs(PALIMPSEST_INSTANCE="2")
    await until_done("retag_posts", ledger_view)
    before = await row_of("retag_posts", ledger_view)
    await wakes_in_vain(frozen)
    assert await row_of("retag_posts", ledger_view) == before
    assert await tags_of(accounts, posts) == {("Press",)}
    connection = await asyncpg.connect(log_database.url("owner"))
    assert await connection.fetchval(_RETAGGED) == len(posts)
    await connection.close()
