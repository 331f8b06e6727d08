import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.accounts import Accounts
from tests.jobs.conftest import StartJobs
from tests.jobs.mailbox import Mailbox
from tests.servers import ROOT, Database


@pytest.fixture
def bus(log_database: Database, kafka: str, topic: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A relay, and the settings that name its topic."""
    settings = {"PALIMPSEST_BUS": "kafka", "PALIMPSEST_KAFKA": kafka, "PALIMPSEST_TOPIC": topic}
    environment = {**os.environ, **settings, "PALIMPSEST_LOG_URL": log_database.url("relay")}
    with (tmp_path / "relay.log").open("ab") as log:
        relay = subprocess.Popen([sys.executable, "-m", "relay"], env=environment, cwd=ROOT, stdout=log, stderr=log)
    yield settings
    relay.kill()
    relay.wait()


async def test_a_mail_is_sent_for_what_came_through_kafka(
    accounts: Accounts, start_jobs: StartJobs, mailbox: Mailbox, bus: dict[str, str]
) -> None:
    start_jobs(**bus)
    for _ in range(3):
        _, address = await accounts.register()
        await mailbox.one(address)
