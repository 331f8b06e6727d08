"""Ten thousand sign-ups while the mail server is away for a minute."""

import asyncio
from pathlib import Path

import psutil
import pytest

from stack.ports import free_port
from stack.servers.smtp import Smtp
from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.waiting import until_found
from tests.servers import running

SIGN_UPS, AT_ONCE = 10_000, 32
AWAY_S = 60
GROWTH = 1.5


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_burst_of_sign_ups_while_mail_is_away_is_delivered_without_a_storm(
    accounts: Accounts, start_jobs: StartJobs, ledger_view: LedgerView, tmp_path: Path
) -> None:
    server = Smtp(tmp_path / "mail", free_port())
    started = start_jobs(PALIMPSEST_SMTP_URL=server.url)
    jobs = psutil.Process(started.process.pid)
    await accounts.register()
    await started.until_told("job not done")
    before = jobs.memory_info().rss
    began = asyncio.get_running_loop().time()
    for _ in range(SIGN_UPS // AT_ONCE):
        await asyncio.gather(*(accounts.register() for _ in range(AT_ONCE)))
    await asyncio.sleep(max(0, began + AWAY_S - asyncio.get_running_loop().time()))
    wanted = 1 + SIGN_UPS // AT_ONCE * AT_ONCE
    # One looks for the server at most every half second, and in the end every ten; 8 had a mail in hand when it left.
    assert sum(row["attempts"] for row in await ledger_view.rows()) < 2 * AWAY_S + 8 * AT_ONCE
    with running(server, tmp_path / "smtp.log"):

        async def are_done() -> bool:
            return all(row["state"] == "done" for row in await ledger_view.rows())

        await until_found(are_done, "every mail is sent", patience_s=1200)
        rows = await ledger_view.rows()
        assert len(rows) == wanted
        assert len(list(server.folder.glob("*.eml"))) == wanted
    assert sum(row["attempts"] for row in rows) < wanted + 2 * AWAY_S + 8 * AT_ONCE
    assert jobs.memory_info().rss < GROWTH * before + 50e6
