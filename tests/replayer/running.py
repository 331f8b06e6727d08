"""Processes on databases of a test's own, and posts to fold."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson

from stack.ports import free_port
from tests.projection.notebook import Notebook
from tests.servers import ROOT, Database

DEADLINE_S = 60


class Running:
    """`python -m NAME`, with its log kept."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self.name, self.port, self.log = name, free_port(), log
        settings = {**os.environ, **environment, "PALIMPSEST_HTTP_PORT": str(self.port), "PALIMPSEST_BUS": "log"}
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", name], env=settings, cwd=ROOT, stdout=output, stderr=output
            )

    async def until_ready(self) -> None:
        async with asyncio.timeout(DEADLINE_S), httpx.AsyncClient() as client:
            while not await self._is_ready(client):
                assert self.process.poll() is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            answer = await client.get(f"http://127.0.0.1:{self.port}/readyz")
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    async def metrics(self) -> str:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"http://127.0.0.1:{self.port}/metrics")).text

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    async def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 30)


class House:
    """A log, a read database, and whatever runs on them."""

    def __init__(self, log: Database, read: Database, folder: Path) -> None:
        self.log, self.read, self._folder = log, read, folder
        self._started: list[Running] = []
        self._asked: list[subprocess.Popen[str]] = []

    def start(self, name: str) -> Running:
        urls = {
            "PALIMPSEST_LOG_URL": self.log.url("projector"),
            "PALIMPSEST_READ_URL": self.read.url("projector"),
        }
        self._started.append(Running(name, urls, self._folder / f"{name}.log"))
        return self._started[-1]

    async def ready(self, *names: str) -> None:
        for each in [self.start(name) for name in names]:
            await each.until_ready()

    def started(self, name: str) -> list[Running]:
        return [each for each in self._started if each.name == name]

    async def cut_sessions(self) -> None:
        """As a restart of the read database would."""
        admin = await asyncpg.connect(self.read.admin_url)
        try:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        finally:
            await admin.close()

    def close(self) -> None:
        for each in self._started:
            each.kill()
        for asked in self._asked:
            if asked.poll() is None:
                asked.kill()
                asked.communicate()

    def command(self, *words: str) -> "subprocess.Popen[str]":
        """An operator's command, at work."""
        urls = {
            "PALIMPSEST_LOG_URL": self.log.url("operator"),
            "PALIMPSEST_READ_URL": self.read.url("projector"),
        }
        asked = subprocess.Popen(
            [sys.executable, "-m", "ops", *words],
            cwd=ROOT,
            env={**os.environ, **urls},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._asked.append(asked)
        return asked

    async def said(self, *words: str) -> "Said":
        """An operator's command, to its end."""
        process = self.command(*words)
        out, err = await asyncio.to_thread(process.communicate, None, DEADLINE_S)
        return Said(process.returncode, out, err)

    async def fetch(self, question: str, *values: object) -> list["asyncpg.Record"]:
        connection = await asyncpg.connect(self.read.url("projector"))
        try:
            return list(await connection.fetch(question, *values))
        finally:
            await connection.close()

    async def execute(self, statement: str, *values: object) -> None:
        connection = await asyncpg.connect(self.read.url("projector"))
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()

    async def until(self, question: str, *values: object) -> None:
        """Until a query says true."""
        async with asyncio.timeout(DEADLINE_S):
            while not (await self.fetch(question, *values))[0][0]:
                await asyncio.sleep(0.02)

    async def states(self, model: str) -> dict[int, str]:
        rows = await self.fetch("SELECT number, state FROM projection.generations WHERE model = $1 ORDER BY 1", model)
        return {row["number"]: row["state"] for row in rows}


class Said:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def __repr__(self) -> str:
        return f"{self.code}\n{self.out}\n{self.err}"


@contextmanager
def opened_house(log: Database, read: Database, folder: Path) -> Iterator[House]:
    house = House(log, read, folder)
    try:
        yield house
    finally:
        house.close()


async def draft(notebook: Notebook, count: int, tags: Sequence[str] = ("a",)) -> set[UUID]:
    """Drafts without texts: nothing personal, so no keys are needed."""
    posts = [uuid4() for _ in range(count)]
    await notebook.write_raw((str(post), "PostDrafted", 1, drafted(post, tags)) for post in posts)
    return set(posts)


def drafted(post: UUID, tags: Sequence[str] = ("a",)) -> str:
    owner, texts = str(uuid4()), dict.fromkeys(("title", "body", "excerpt"))
    kept = {
        "format": "markdown",
        "language": "en",
        "tags": list(tags),
        "slug": post.hex[:12],
        "comments_allowed": True,
    }
    return orjson.dumps({"post": str(post), "owner": owner, "authors": [owner], **texts, **kept}).decode()
