"""Ten thousand sign-ups while the mail server is away for a minute."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from stack.ports import LOOPBACK, free_port
from stack.servers.smtp import Smtp
from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.mailbox import Mailbox
from tests.jobs.waiting import until_found
from tests.servers import running

SIGN_UPS, AT_ONCE = 10_000, 40
AWAY_S = 60
KNOCKS = 60
"""8 have a mail in hand when the server goes; then one looks, in the end every ten seconds."""
GROWTH, ROOM_BYTES = 1.5, 50e6
_OPEN = "SELECT count(*) FROM job_ledger WHERE tick_at IS NULL AND state <> 'done'"
_ATTEMPTS = "SELECT sum(attempts) FROM job_ledger WHERE tick_at IS NULL"


@asynccontextmanager
async def closed_door(port: int) -> AsyncIterator[list[float]]:
    """Where a mail server was, everybody is turned away; gives the times at which somebody came."""
    knocks: list[float] = []

    async def turn_away(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(time.monotonic())
        writer.close()

    server = await asyncio.start_server(turn_away, LOOPBACK, port)
    async with server:
        yield knocks


class Watched:
    """A process, and the most memory that it was seen with."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.first = self.most = 0

    def look(self) -> None:
        self.most = max(self.most, self._process.memory_info().rss)
        self.first = self.first or self.most


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_a_burst_of_sign_ups_while_mail_is_away_is_delivered_without_a_storm(
    accounts: Accounts, start_jobs: StartJobs, ledger_view: LedgerView, tmp_path: Path
) -> None:
    server = Smtp(tmp_path / "mail", free_port())
    began = time.monotonic()
    async with closed_door(server.port) as knocks:
        started = start_jobs(PALIMPSEST_SMTP_URL=server.url)
        addresses = {(await accounts.register())[1]}
        await started.until_told("job not done")
        jobs = Watched(started.process.pid)
        jobs.look()
        for _ in range(SIGN_UPS // AT_ONCE):
            made = await asyncio.gather(*(accounts.register() for _ in range(AT_ONCE)))
            addresses.update(address for _, address in made)
            jobs.look()
        await asyncio.sleep(max(0, began + AWAY_S - time.monotonic()))
        away_s = time.monotonic() - began
    assert len(knocks) < KNOCKS + away_s / 10

    async def are_done() -> bool:
        jobs.look()
        return await ledger_view.number(_OPEN) == 0

    with running(server, tmp_path / "smtp.log"):
        await until_found(are_done, "every mail is sent", patience_s=420)
    assert Counter(mail["X-Envelope-To"] for mail in Mailbox(server.folder).all()) == Counter(addresses)
    assert await ledger_view.number(_ATTEMPTS) == len(addresses) + len(knocks)
    assert jobs.most < GROWTH * jobs.first + ROOM_BYTES
