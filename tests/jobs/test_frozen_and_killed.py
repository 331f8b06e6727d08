"""Processes that are killed at a tick, or frozen with jobs in hand."""

import signal
from collections import Counter
from pathlib import Path

from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.mailbox import Mailbox
from tests.jobs.test_outages import TIME_PASSES, mute_server
from tests.jobs.waiting import until


def ticks(file: Path) -> list[tuple[str, str]]:
    """Those that were done: their time, and by which process."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [(line.split()[0], line.split()[1]) for line in lines]


async def test_each_tick_is_done_once_by_many_processes_of_which_one_is_killed(
    start_jobs: StartJobs, tmp_path: Path
) -> None:
    file = tmp_path / "ticks"
    first = start_jobs(module=("tests.jobs.ticking", str(file)))
    start_jobs(module=("tests.jobs.ticking", str(file)), PALIMPSEST_INSTANCE="2")
    await until(lambda: len(ticks(file)) >= 2, "ticks are done")
    first.kill()
    done = len(ticks(file))
    await until(lambda: len(ticks(file)) >= done + 3, "ticks are done by the other one")
    found = ticks(file)
    assert max(Counter(time for time, _ in found).values()) == 1
    assert str(first.process.pid) not in {pid for _, pid in found[done + 1 :]}


async def test_a_worker_that_was_frozen_past_its_lease_changes_nothing_when_it_wakes(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView
) -> None:
    async with mute_server() as mute:
        frozen = start_jobs(PALIMPSEST_SMTP_URL=mute)
        addresses = [(await accounts.register())[1] for _ in range(4)]
        await ledger_view.until_state("running", 4)
        frozen.process.send_signal(signal.SIGSTOP)
        await ledger_view.execute(TIME_PASSES)
        start_jobs(PALIMPSEST_INSTANCE="2")
        await ledger_view.until_state("done", 4)
        before = await ledger_view.rows()
    # its connections are closed by now: every attempt fails as soon as it goes on
    frozen.process.send_signal(signal.SIGCONT)
    await frozen.until_told("job not done")
    await until(lambda: frozen.lines().count("another worker") == 4, "it has told of all four")
    assert await ledger_view.rows() == before
    assert [len(mailbox.to(address)) for address in addresses] == [1] * 4
