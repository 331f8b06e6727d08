import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import redis

from stack.ports import free_port
from stack.servers.smtp import Smtp
from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.mailbox import Mailbox
from tests.jobs.waiting import until_found
from tests.servers import running

TIME_PASSES = "UPDATE job_ledger SET due_at = now(), resend_at = now(), leased_until = now()"


@asynccontextmanager
async def mute_server() -> AsyncIterator[str]:
    """A mail server that takes connections and never says a word."""

    async def keep(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)

    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.sleep(0)  # a connection that was just taken gets its writer
        for writer in writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


def wipe(valkey: str) -> None:
    with redis.Redis.from_url(valkey) as client:
        client.flushall()


async def test_a_wiped_broker_loses_no_job(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView, valkey: str
) -> None:
    async with mute_server() as mute:
        first = start_jobs(PALIMPSEST_SMTP_URL=mute)
        addresses = [(await accounts.register())[1] for _ in range(12)]
        await ledger_view.until_state("running", 8)  # as many as there are workers; four more wait in the broker
        wipe(valkey)
        first.kill()
    assert all(mailbox.to(address) == [] for address in addresses)
    start_jobs()
    await ledger_view.execute(TIME_PASSES)
    await ledger_view.until_state("done", 12)
    assert [len(mailbox.to(address)) for address in addresses] == [1] * 12


async def test_a_broker_wiped_under_the_worker_loses_no_job(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, valkey: str
) -> None:
    start_jobs()
    _, address = await accounts.register()
    await mailbox.one(address)
    wipe(valkey)
    _, address = await accounts.register()
    await mailbox.one(address)


async def test_a_job_waits_for_a_broker_that_is_down(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView
) -> None:
    _, address = await accounts.register()
    jobs = start_jobs(PALIMPSEST_REDIS_URL="redis://127.0.0.1:1/0")
    await ledger_view.until_state("waiting")
    jobs.kill()
    start_jobs()
    await ledger_view.execute(TIME_PASSES)
    await mailbox.one(address)


async def test_a_mail_server_that_is_down_is_tried_again(
    accounts: Accounts, start_jobs: StartJobs, ledger_view: LedgerView, tmp_path: Path
) -> None:
    server = Smtp(tmp_path / "mail", free_port())
    jobs = start_jobs(PALIMPSEST_SMTP_URL=server.url)
    _, address = await accounts.register()

    async def has_failed_once() -> bool:
        return any(row["last_error"] for row in await ledger_view.rows())

    await until_found(has_failed_once, "a first attempt has failed")
    [row] = await ledger_view.rows()
    assert row["state"] == "waiting"
    assert row["last_error"] == "MailServerAway: ConnectionRefusedError"
    with running(server, tmp_path / "smtp.log"):
        await Mailbox(server.folder).one(address)
        await ledger_view.until_state("done")
    [row] = await ledger_view.rows()
    assert row["attempts"] > 1
    assert address not in jobs.lines()


async def test_a_job_whose_worker_was_killed_is_done_by_another(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView
) -> None:
    async with mute_server() as mute:
        first = start_jobs(PALIMPSEST_SMTP_URL=mute)
        _, address = await accounts.register()
        await ledger_view.until_state("running")
        first.kill()
    start_jobs()
    await ledger_view.execute(TIME_PASSES)
    await mailbox.one(address)
    await ledger_view.until_state("done")
    [row] = await ledger_view.rows()
    assert row["attempts"] == 2


async def test_two_processes_send_each_mail_once(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView
) -> None:
    addresses = [(await accounts.register())[1] for _ in range(20)]
    start_jobs()
    start_jobs(PALIMPSEST_INSTANCE="2")
    addresses += [(await accounts.register())[1] for _ in range(20)]
    await ledger_view.until_state("done", 40)
    assert [len(mailbox.to(address)) for address in addresses] == [1] * 40
