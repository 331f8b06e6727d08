"""Every process replaced while people write and read: old and new side by side, each told to stop in its turn."""

import asyncio
import itertools
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.faults.proof import Proof
from tests.faults.writers import Acknowledged
from tests.live_stack import LiveStack
from tests.processes import second

PROCESSES = ("command_api", "query_api", "relay", "projectors", "replayer", "jobs")


@dataclass(slots=True)
class Doors:
    """The doors of one API behind something that tries the next one when a connection is refused or cut."""

    urls: list[str]
    answered: int = 0
    others: list[str] = field(default_factory=list)
    """Answers but success."""

    async def ask(self, client: httpx.AsyncClient, method: str, path: str, **how: object) -> httpx.Response:
        for url in itertools.cycle(list(self.urls)):
            try:
                answer = await client.request(method, url + path, **how)  # type: ignore[arg-type]
            except httpx.TransportError:
                await asyncio.sleep(0.02)
                continue
            self.answered += 1
            if not answer.is_success:
                self.others.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            return answer
        raise AssertionError("there is no door")


@dataclass(slots=True)
class People:
    """Write, and read back what they wrote, until told to stop."""

    commands: Doors
    queries: Doors
    bearer: str
    acknowledged: list[Acknowledged] = field(default_factory=list)
    stale: int = 0

    async def write_and_read(self, number: int, stop: asyncio.Event) -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            for turn in itertools.count():
                if stop.is_set():
                    return
                await self._one(client, f"writer {number} turn {turn} of {uuid4().hex}")

    async def _one(self, client: httpx.AsyncClient, title: str) -> None:
        signed_in = {"Authorization": f"Bearer {self.bearer}", "Idempotency-Key": str(uuid4())}
        new = {"title": title, "body": f"Body of {title}", "publish": True}
        made = await self.commands.ask(client, "POST", "/posts", json=new, headers=signed_in)
        if not made.is_success:
            return
        told = made.json()
        self.acknowledged.append(Acknowledged(told["id"], told["version"], title, told["token"]))
        wait = {"Consistency-Token": told["token"], "Prefer": "wait=10"}
        for _ in range(6):
            read = await self.queries.ask(client, "GET", f"/posts/{told['id']}", headers=wait)
            if read.headers.get("Stale") != "true":
                assert read.json()["title"] == title
                return
            self.stale += 1
        pytest.fail(f"never visible: {told}")


@asynccontextmanager
async def at_work(people: People, count: int = 4) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tasks = [asyncio.create_task(people.write_and_read(number, stop)) for number in range(count)]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def more(people: People, count: int) -> None:
    goal = len(people.acknowledged) + count
    async with asyncio.timeout(90):
        while len(people.acknowledged) < goal:
            await asyncio.sleep(0.02)


def url_of(process: "subprocess.Popen[bytes]") -> str:
    raw = Path(f"/proc/{process.pid}/environ").read_bytes().decode()
    settings = dict(pair.split("=", 1) for pair in raw.split("\0") if pair)
    return f"http://127.0.0.1:{settings['PALIMPSEST_HTTP_PORT']}"


async def roll(stack: LiveStack, name: str, doors: Doors | None, people: People) -> None:
    """A second one comes, the first is stopped and comes back as new, the second is stopped."""
    with ExitStack() as leaving:
        other = await asyncio.to_thread(leaving.enter_context, second(stack, name))
        if doors:
            doors.urls.append(url_of(other))
        await more(people, 20)
        old = stack.signal(name, signal.SIGTERM)
        await more(people, 20)
        await asyncio.to_thread(stack.wait_ready, name, old)
        await more(people, 20)
        if doors:
            doors.urls.remove(url_of(other))
        os.kill(other.pid, signal.SIGTERM)
        await asyncio.to_thread(other.wait, 30)
        await more(people, 20)


@pytest.mark.timeout(600)
@pytest.mark.soak
async def test_nobody_sees_a_rolling_deploy(stack: LiveStack, bearer: str, proof: Proof) -> None:
    commands, queries = Doors([stack.command_url]), Doors([stack.query_url])
    people = People(commands, queries, bearer)
    of_name = {"command_api": commands, "query_api": queries}
    async with at_work(people):
        for name in PROCESSES:
            await roll(stack, name, of_name.get(name), people)
    assert (commands.others, queries.others) == ([], [])
    await proof.holds(people.acknowledged)
