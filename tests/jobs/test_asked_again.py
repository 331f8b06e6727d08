"""Jobs are done again when an operator asks, and never because a read model is built again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.accounts import Accounts
from tests.jobs.conftest import LedgerView, StartJobs
from tests.jobs.mailbox import Mailbox, text_of
from tests.jobs.waiting import until
from tests.replayer.running import House, opened_house
from tests.servers import Database

_SHOWN = "SELECT count(*) = $1 FROM serving.accounts"
_SCHEMAS = "SELECT model || '_g' || number AS name FROM projection.generations"


@pytest.fixture
def house(log_database: Database, read_database: Database, tmp_path: Path) -> Iterator[House]:
    with opened_house(log_database, read_database, tmp_path) as opened:
        yield opened


async def ledger(view: LedgerView) -> list[tuple[Any, ...]]:
    return [(row["event_id"], row["job"], row["attempts"], row["done_at"]) for row in await view.rows()]


async def forget_read_side(house: House) -> None:
    """As if the read database had been destroyed: projectors begin at the log's beginning."""
    for row in await house.fetch(_SCHEMAS):
        await house.execute(f"DROP SCHEMA {row['name']} CASCADE")
    await house.execute("DELETE FROM projection.generations")


async def test_a_mail_that_is_asked_for_again_is_sent_again_under_its_message_id(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView, house: House
) -> None:
    account, address = await accounts.register()
    start_jobs()
    first = await mailbox.one(address)
    await ledger_view.until_state("done")
    asked = await house.said("jobs", "rerun", "--job", "welcome_mail", "--stream", f"account-{account}", "--yes")
    assert asked.code == 0, asked
    await until(lambda: len(mailbox.to(address)) == 2, "a second mail")
    await ledger_view.until_state("done")
    second = mailbox.to(address)[1]
    assert second["Message-ID"] == first["Message-ID"]
    assert text_of(second) == text_of(first)


async def test_no_job_runs_because_read_models_are_built_again(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, ledger_view: LedgerView, house: House
) -> None:
    start_jobs()
    addresses = [(await accounts.register())[1] for _ in range(5)]
    await ledger_view.until_state("done", 5)
    before = await ledger(ledger_view)
    await house.ready("replayer", "projectors")
    await house.until(_SHOWN, 5)
    replayed = await house.said("replay", "--all", "--yes")
    assert replayed.code == 0, replayed
    *_, projectors = house._started
    projectors.kill()
    await forget_read_side(house)
    await house.ready("projectors")
    await house.until(_SHOWN, 5)
    _, last = await accounts.register()  # once its mail is here, any other would be, too
    await mailbox.one(last)
    await ledger_view.until_state("done", 6)
    assert [len(mailbox.to(address)) for address in addresses] == [1] * 5
    assert (await ledger(ledger_view))[:5] == before
