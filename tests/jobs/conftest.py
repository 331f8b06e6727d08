"""The jobs process on real servers, without Kafka: how events arrive is the follower's business, proven there."""

import base64
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from stack.servers.smtp import Smtp
from tests.jobs.accounts import Accounts, open_accounts
from tests.jobs.due_posts import Desk
from tests.jobs.mailbox import Mailbox
from tests.jobs.waiting import until_found
from tests.servers import ROOT, Database


class JobsProcess:
    """`python -m jobs`, or another module with its arguments, with its log lines kept."""

    def __init__(self, environment: dict[str, str], log: Path, module: tuple[str, ...] = ("jobs",)) -> None:
        self._log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *module],
                env={**os.environ, **environment},
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )

    def lines(self) -> str:
        return self._log.read_text()

    async def until_told(self, words: str) -> None:
        """What it said instead is printed when it never does."""

        async def look() -> bool:
            return words in self.lines()

        try:
            await until_found(look, f"its lines say {words}")
        except pytest.fail.Exception:
            print(self.lines()[-8_000:])  # noqa: T201 - pytest shows it beside the failure
            raise

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


StartJobs = Callable[..., JobsProcess]


class LedgerView:
    """The ledger's rows as its owner sees and changes them; not those of the clock, which come when they come."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def rows(self) -> list[dict[str, Any]]:
        rows = await self._connection.fetch("SELECT * FROM job_ledger WHERE tick_at IS NULL ORDER BY position, job")
        return [dict(row) for row in rows]

    async def until_state(self, state: str, count: int = 1) -> None:
        async def look() -> bool:
            return [row["state"] for row in await self.rows()].count(state) == count

        await until_found(look, f"{count} jobs are {state}")

    async def number(self, question: str) -> int:
        return int(await self._connection.fetchval(question))

    async def execute(self, statement: str, *values: Any) -> None:
        await self._connection.execute(statement, *values)


@pytest.fixture
def mailbox(smtp: Smtp) -> Mailbox:
    return Mailbox(smtp.folder)


@pytest.fixture
async def accounts(log_database: Database) -> AsyncIterator[Accounts]:
    async with open_accounts(log_database.url("command")) as opened:
        yield opened


@pytest.fixture
async def desk(accounts: Accounts, log_database: Database) -> AsyncIterator[Desk]:
    connection = await asyncpg.connect(log_database.url("owner"))
    yield Desk(accounts, connection)
    await connection.close()


@pytest.fixture
async def ledger_view(log_database: Database) -> AsyncIterator[LedgerView]:
    connection = await asyncpg.connect(log_database.url("owner"))
    yield LedgerView(connection)
    await connection.close()


@pytest.fixture
def projectors(log_database: Database, read_database: Database, tmp_path: Path) -> Iterator[None]:
    """The read models that the job looks into."""
    settings = {
        "PALIMPSEST_LOG_URL": log_database.url("projector"),
        "PALIMPSEST_READ_URL": read_database.url("projector"),
        "PALIMPSEST_SECRET": base64.b64encode(b"x" * 32).decode(),
        "PALIMPSEST_BUS": "log",
    }
    with (tmp_path / "projectors.log").open("ab") as log:
        command = [sys.executable, "-m", "projectors"]
        process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=ROOT, stdout=log, stderr=log)
    yield
    process.kill()
    process.wait()


@pytest.fixture
def start_jobs(
    log_database: Database, read_database: Database, valkey: str, smtp: Smtp, tmp_path: Path
) -> Iterator[StartJobs]:
    started: list[JobsProcess] = []

    def start(module: tuple[str, ...] = ("jobs",), **environment: str) -> JobsProcess:
        settings = {
            "PALIMPSEST_LOG_URL": log_database.url("jobs"),
            "PALIMPSEST_READ_URL": read_database.url("jobs"),
            "PALIMPSEST_REDIS_URL": valkey,
            "PALIMPSEST_SMTP_URL": smtp.url,
            "PALIMPSEST_SECRET": base64.b64encode(b"x" * 32).decode(),
            "PALIMPSEST_PUBLIC_URL": "https://site.example",
            "PALIMPSEST_MAIL_FROM": "The site <no-reply@site.example>",
            "PALIMPSEST_BUS": "log",
            "PALIMPSEST_MEDIA_URL": (tmp_path / "media").as_uri(),
            **environment,
        }
        jobs = JobsProcess(settings, tmp_path / f"jobs-{len(started)}.log", module)
        started.append(jobs)
        return jobs

    yield start
    for jobs in started:
        jobs.kill()
