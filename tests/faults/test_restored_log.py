"""The log put back to an earlier copy: a new epoch, which nobody takes for the history that they followed."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import asyncpg
import httpx
import pytest

from tests.faults.proof import Proof
from tests.faults.writers import Acknowledged, Writers
from tests.live_stack import LiveStack, eventually, live_stack

LOG, COPY, LOST = "palimpsest_log", "earlier_copy", "lost_history"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStack]:
    with live_stack(tmp_path_factory.mktemp("restored"), "--bus", "log") as running:
        yield running


async def alone(stack: LiveStack, *statements: str) -> None:
    """Runs statements on the log's server while nobody else may connect to the log."""
    admin = await asyncpg.connect(stack.url("log").replace(f"/{LOG}", "/postgres"))
    try:
        await admin.execute(f"ALTER DATABASE {LOG} ALLOW_CONNECTIONS false")
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", LOG)
        for statement in statements:
            await admin.execute(statement)
        await admin.execute(f"ALTER DATABASE {LOG} ALLOW_CONNECTIONS true")
    finally:
        await admin.close()


async def restore(stack: LiveStack) -> int:
    """Puts the copy in the log's place, as the runbook says; gives the new epoch."""
    await alone(stack, f"ALTER DATABASE {LOG} RENAME TO {LOST}", f"ALTER DATABASE {COPY} RENAME TO {LOG}")
    owner = await asyncpg.connect(stack.url("log"))
    try:
        return int(await owner.fetchval("SELECT new_epoch()"))
    finally:
        await owner.close()


async def write(stack: LiveStack, bearer: str) -> list[Acknowledged]:
    async with Writers(stack.command_url, bearer) as writers:
        await writers.wait_for(60)
    assert not writers.unexpected
    return writers.acknowledged


def reasons(stack: LiveStack, name: str) -> str:
    try:
        return httpx.get(f"http://127.0.0.1:{stack.process(name)['port']}/readyz", timeout=2).text
    except httpx.TransportError:
        return ""


def ask(stack: LiveStack, token: str) -> httpx.Response:
    return httpx.get(f"{stack.query_url}/posts", headers={"Consistency-Token": token}, timeout=20)


@pytest.mark.timeout(300)
async def test_a_restored_log_is_a_new_epoch_and_never_taken_for_the_old(own_stack: LiveStack) -> None:
    bearer, proof = own_stack.operator_token(), Proof(own_stack)
    kept = await write(own_stack, bearer)
    await alone(own_stack, f"CREATE DATABASE {COPY} TEMPLATE {LOG}")
    lost = await write(own_stack, bearer)
    await proof.holds(kept + lost)

    assert await restore(own_stack) == 2
    eventually(lambda: "epoch" in reasons(own_stack, "projectors"), "projectors stop at the foreign epoch, and say so")
    assert ask(own_stack, "").status_code == 200, "reads go on with what there was"
    after = await write(own_stack, bearer)
    assert all(each.token.startswith("2:") for each in after)
    assert ask(own_stack, after[-1].token).status_code == 409, "a token of the new epoch is not met by the old tables"

    assert own_stack.command("stack", "down").returncode == 0
    shutil.rmtree(own_stack.home / "servers" / "read")
    assert own_stack.command("stack", "up", "--detach", "--bus", "log").returncode == 0
    await proof.holds([*(replace(each, token=after[-1].token) for each in kept), *after])
    assert ask(own_stack, lost[-1].token).status_code == 409, "tokens of the old epoch are refused"
