"""Real servers for tests: started once a run, ended with it, one way or another."""

import asyncio
import os
import secrets
import subprocess
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

import asyncpg
import pytest

from migrations.roles import OWNER, ROLES, allow_roles, provision, with_database
from stack.account import Account, server_account
from stack.ports import free_port
from stack.program import Server
from stack.servers.kafka import Kafka
from stack.servers.postgres import Postgres

ROOT = Path(__file__).resolve().parents[1]
JARS = Path(os.environ.get("PALIMPSEST_CACHE", ROOT / ".palimpsest" / "cache")) / "jars"
_START_S = 60.0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh database. `url("command")` signs in as `palimpsest_command`, and so on."""

    name: str
    admin_url: str
    passwords: dict[str, str]

    def url(self, role: str) -> str:
        full = role if role.startswith("palimpsest_") else f"palimpsest_{role}"
        host = self.admin_url.rpartition("@")[2]
        return f"postgresql://{full}:{self.passwords[full]}@{host}"


class Cluster:
    """A running PostgreSQL that gives out copies of a migrated database."""

    def __init__(self, server: Postgres, passwords: dict[str, str] | None = None) -> None:
        """With the passwords of its roles, one whose templates are there already."""
        self.server = server
        self.passwords = passwords or {role: secrets.token_hex(8) for role in ROLES}
        self._templates = {which: self._template(which) for which in ("log", "read")} if passwords else {}
        self._count = 0

    def empty(self, which: Literal["log", "read"], name: str) -> Database:
        """A database with roles and without tables."""
        url = self.server.url(name)
        wait(provision(url, which, self.passwords))
        return Database(name, url, self.passwords)

    def copy(self, which: Literal["log", "read"]) -> Database:
        """A migrated database of one's own: a copy takes a tenth of the time of migrating again."""
        template = self._templates.get(which) or self._migrated(which)
        self._count += 1
        name = f"{which}_{self._count}"
        wait(self._create(name, template.name, which))
        return Database(name, self.server.url(name), self.passwords)

    def drop(self, database: Database) -> None:
        wait(self._execute(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)"))

    def migrate_all(self) -> None:
        """Makes the templates of both databases, for a cluster that will be copied as a whole."""
        self._migrated("log")
        self._migrated("read")

    def _template(self, which: str) -> Database:
        name = f"template_{which}"
        return Database(name, self.server.url(name), self.passwords)

    def _migrated(self, which: Literal["log", "read"]) -> Database:
        template = self.empty(which, f"template_{which}")
        from migrations.runner import migrate  # noqa: PLC0415 - a test that needs no database needs no Alembic

        in_thread(migrate, template.url(OWNER), which)
        self._templates[which] = template
        return template

    async def _create(self, name: str, template: str, which: Literal["log", "read"]) -> None:
        admin = await asyncpg.connect(with_database(self.server.url(), "postgres"))
        try:
            await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
            await allow_roles(admin, name, which)
        finally:
            await admin.close()

    async def _execute(self, statement: str) -> None:
        admin = await asyncpg.connect(self.server.url())
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


@contextmanager
def running(server: Server, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Prepares and starts a server, waits until it serves, and stops it afterwards."""
    server.prepare()
    with log.open("ab") as output:
        process = start(server, output)
        try:
            await_ready(server, process, log)
            yield process
        finally:
            stop(server, process)


def start(server: Server, output: IO[bytes]) -> subprocess.Popen[bytes]:
    program = server.program()
    return subprocess.Popen(program.argv(), env=dict(program.environment), cwd="/", stdout=output, stderr=output)


def await_ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while not server.is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"{server.name} did not start:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.02)


def stop(server: Server, process: subprocess.Popen[bytes]) -> None:
    process.send_signal(server.program().stop_signal)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def account(folder: Path) -> Account:
    return server_account(folder, ROOT)


def new_kafka(folder: Path) -> Kafka:
    return Kafka(folder, JARS, free_port(), free_port(), account(folder))


def new_postgres(folder: Path, password: str = "") -> Postgres:
    return Postgres("postgres", folder, free_port(), password or secrets.token_hex(8), account=account(folder))


def in_thread(function: Any, *arguments: Any) -> Any:
    """Calls what runs an event loop of its own, while this thread has one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def wait(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Runs a coroutine to its end on a loop of its own."""
    result: _T = in_thread(asyncio.run, coroutine)
    return result
