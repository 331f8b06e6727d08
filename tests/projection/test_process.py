import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson
import pytest

from stack.ports import free_port
from tests.projection.notebook import Notebook
from tests.servers import ROOT, Database

_APPLIED = 'palimpsest_follower_applied_events_total{consumer="projectors"} 20.0'


class Projectors:
    """`python -m projectors`, with its log lines kept."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port, self._log = free_port(), log
        settings = {**os.environ, **environment, "PALIMPSEST_HTTP_PORT": str(self.port), "PALIMPSEST_BUS": "log"}
        with log.open("ab") as output:
            command = [sys.executable, "-m", "projectors"]
            self.process = subprocess.Popen(command, env=settings, cwd=ROOT, stdout=output, stderr=output)

    async def until_ready(self) -> None:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while not await self._is_ready(client):
                assert self.process.poll() is None, self._log.read_text()
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

    async def end(self, number: int) -> int:
        self.process.send_signal(number)
        return await asyncio.to_thread(self.process.wait, 30)


@pytest.fixture
def start(log_database: Database, read_database: Database, tmp_path: Path) -> Iterator[Callable[[], Projectors]]:
    urls = {
        "PALIMPSEST_LOG_URL": log_database.url("projector"),
        "PALIMPSEST_READ_URL": read_database.url("projector"),
    }
    started: list[Projectors] = []

    def one() -> Projectors:
        started.append(Projectors(urls, tmp_path / "projectors.log"))
        return started[-1]

    yield one
    for each in started:
        with contextlib.suppress(ProcessLookupError):
            each.process.kill()
        each.process.wait()


async def draft(notebook: Notebook, count: int) -> set[UUID]:
    """Drafts without texts: nothing personal, so no keys are needed."""
    posts = [uuid4() for _ in range(count)]
    await notebook.write_raw((str(post), "PostDrafted", 1, _drafted(post)) for post in posts)
    return set(posts)


def _drafted(post: UUID) -> str:
    owner, texts = str(uuid4()), dict.fromkeys(("title", "body", "excerpt"))
    kept = {"format": "markdown", "language": "en", "tags": ["a"], "slug": post.hex[:8], "comments_allowed": True}
    return orjson.dumps({"post": str(post), "owner": owner, "authors": [owner], **texts, **kept}).decode()


async def until_shown(read: Database, posts: set[UUID]) -> None:
    connection = await asyncpg.connect(read.url("query"))
    try:
        async with asyncio.timeout(60):
            while {row["post"] for row in await connection.fetch("SELECT post FROM serving.post_pages")} != posts:
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def test_the_process_projects_answers_its_health_doors_and_ends_in_order(
    start: Callable[[], Projectors], notebook: Notebook, read_database: Database
) -> None:
    projectors = start()
    await projectors.until_ready()
    await until_shown(read_database, await draft(notebook, 20))
    async with asyncio.timeout(30):  # counted when all read models have committed, after the rows are there
        while _APPLIED not in await projectors.metrics():
            await asyncio.sleep(0.05)
    assert await projectors.end(signal.SIGTERM) == 0


async def test_a_process_killed_at_work_is_followed_by_one_that_goes_on(
    start: Callable[[], Projectors], notebook: Notebook, read_database: Database
) -> None:
    first = start()
    await first.until_ready()
    posts = await draft(notebook, 3_000)
    await first.end(signal.SIGKILL)
    posts |= await draft(notebook, 100)
    await start().until_ready()
    await until_shown(read_database, posts)


async def test_a_process_starts_before_its_databases_are_reachable(
    start: Callable[[], Projectors], read_database: Database, notebook: Notebook
) -> None:
    await _allow(read_database, is_allowed=False)
    projectors = start()
    async with asyncio.timeout(60):
        while "starting over" not in projectors._log.read_text():
            assert projectors.process.poll() is None
            await asyncio.sleep(0.05)
    await _allow(read_database, is_allowed=True)
    await projectors.until_ready()
    await until_shown(read_database, await draft(notebook, 3))


async def _allow(database: Database, *, is_allowed: bool) -> None:
    admin = await asyncpg.connect(database.admin_url)
    try:
        limit = -1 if is_allowed else 0
        await admin.execute(f"ALTER DATABASE {database.name} CONNECTION LIMIT {limit}")
    finally:
        await admin.close()
