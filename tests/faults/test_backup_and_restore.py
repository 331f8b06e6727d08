"""A whole system lost and brought back from its backup, into a home that knows nothing of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from tests.faults.proof import Proof
from tests.faults.writers import Writers
from tests.live_stack import LiveStack, live_stack

PASSWORD = "a long enough secret"


@dataclass(frozen=True)
class Person:
    handle: str
    name: str

    def register(self, stack: LiveStack) -> None:
        new = {"handle": self.handle, "address": f"{self.handle}@example.org", "name": self.name, "password": PASSWORD}
        made = httpx.post(f"{stack.command_url}/accounts", json=new, timeout=20)
        assert made.status_code == 201, made.text

    def sign_in(self, stack: LiveStack) -> httpx.Response:
        """By address, which only the platform's secret finds."""
        form = {"grant_type": "password", "username": f"{self.handle}@example.org", "password": PASSWORD}
        return httpx.post(f"{stack.command_url}/auth/token", data=form, timeout=20)

    def close(self, stack: LiveStack) -> None:
        bearer = {"Authorization": f"Bearer {self.sign_in(stack).json()['access_token']}"}
        closed = httpx.request("DELETE", f"{stack.command_url}/accounts/me", json={}, headers=bearer, timeout=20)
        assert closed.status_code == 200, closed.text

    def name_seen(self, stack: LiveStack) -> str | None:
        found: str | None = httpx.get(f"{stack.query_url}/authors/{self.handle}", timeout=20).json()["name"]
        return found


def read_with(stack: LiveStack, token: str) -> int:
    return httpx.get(f"{stack.query_url}/posts", headers={"Consistency-Token": token}, timeout=20).status_code


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    with live_stack(tmp_path_factory.mktemp("lost"), "--bus", "log") as running:
        yield running


async def ask(stack: LiveStack, question: str, *arguments: Any) -> Any:
    connection = await asyncpg.connect(stack.url("log"))
    try:
        return await connection.fetchval(question, *arguments)
    finally:
        await connection.close()


def backed_up(stack: LiveStack, shelf: Path) -> Path:
    done = stack.command("ops", "backup", str(shelf))
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.partition(": ")[0])


@pytest.mark.timeout(300)
async def test_a_lost_system_comes_back_without_what_was_erased(own_stack: LiveStack, tmp_path: Path) -> None:
    stays, leaves, shelf = Person("stays", "Ada"), Person("leaves", "Inês"), tmp_path / "shelf"
    stays.register(own_stack)
    leaves.register(own_stack)
    async with Writers(own_stack.command_url, own_stack.operator_token()) as writers:
        await writers.wait_for(60)
        kept = list(writers.acknowledged)
        folder = await asyncio.to_thread(backed_up, own_stack, shelf)
        await writers.wait_for(60)
    assert not writers.unexpected
    leaves.close(own_stack)
    backed_up(own_stack, shelf)
    running = own_stack.command("ops", "restore", str(folder))
    assert (running.returncode, "stop it first" in running.stderr) == (2, True)
    assert own_stack.command("stack", "down").returncode == 0

    new_home = LiveStack(tmp_path / "home", own_stack.first_port)
    restored = new_home.command("ops", "restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.count("close it again") == 1
    try:
        assert new_home.command("stack", "up", "--detach", "--bus", "log").returncode == 0
        assert stays.sign_in(new_home).status_code == 200
        async with Writers(new_home.command_url, new_home.operator_token()) as writers:
            await writers.wait_for(60)
        after = writers.acknowledged
        assert all(each.token.startswith("2:") for each in after)
        await Proof(new_home).holds([*(replace(each, token=after[-1].token) for each in kept), *after])
        assert stays.name_seen(new_home) == "Ada"
        assert leaves.name_seen(new_home) is None
        assert read_with(new_home, kept[-1].token) == 409, "tokens of the old epoch are refused"
        unreadable = "SELECT count(DISTINCT account) FROM personal_keys WHERE key IS NULL"
        assert await ask(new_home, unreadable) == 1
    finally:
        new_home.command("stack", "down")
