"""A replay of a whole stack under readers and writers, while everything that takes part is killed in turn."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import asyncpg
import psutil
import pytest

from tests.faults.proof import Proof
from tests.faults.writers import Writers
from tests.live_stack import LiveStack
from tests.replayer.readers import Readers
from tests.servers import ROOT

MODELS = ("post_pages", "post_lists")
DEADLINE_S = 90


@pytest.fixture(scope="module")
def bearer(stack: LiveStack) -> str:
    return stack.operator_token()


def asked(stack: LiveStack, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "ops", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=stack.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


async def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    said, _ = await asyncio.to_thread(process.communicate, None, DEADLINE_S)
    return process.returncode, said


async def until(stack: LiveStack, question: str) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not await _asked(stack, question):
            await asyncio.sleep(0.05)


async def _asked(stack: LiveStack, question: str) -> bool:
    try:
        connection = await asyncpg.connect(stack.url("read"), timeout=5)
    except (OSError, asyncpg.PostgresError):
        return False
    try:
        return bool(await connection.fetchval(question))
    finally:
        connection.terminate()


async def slow_enough(stack: LiveStack) -> int:
    """Events a second with which a replay takes half a minute, whatever other tests have left in the log."""
    connection = await asyncpg.connect(stack.url("log"))
    try:
        return max(60, int(await connection.fetchval("SELECT max(position) FROM events")) // 30)
    finally:
        await connection.close()


def kill_a_worker(stack: LiveStack) -> None:
    replayer = psutil.Process(stack.process("replayer")["pid"])
    os.kill(replayer.children()[0].pid, signal.SIGKILL)


async def kill_each(stack: LiveStack, readers: Readers) -> None:
    kill_a_worker(stack)
    for victim in ("replayer", "projectors", "kafka", "postgres-log"):
        await asyncio.to_thread(stack.kill, victim)
    readers.is_away = True
    await asyncio.to_thread(stack.kill, "postgres-read")
    await readers.until_back()


@pytest.mark.timeout(240)
@pytest.mark.soak
async def test_readers_see_nothing_of_a_replay_whatever_is_killed(stack: LiveStack, bearer: str, proof: Proof) -> None:
    async with Writers(stack.command_url, bearer, count=3) as writers:
        await writers.wait_for(150)
        async with Readers(stack.query_url, bearer, writers.acknowledged) as readers:
            rate = str(await slow_enough(stack))
            replaying = asked(stack, "replay", *MODELS, "--yes", "--workers", "2", "--rate", rate, "--json")
            await until(stack, "SELECT coalesce((SELECT sum(folded) > 0 FROM projection.replay_parts), false)")
            await kill_each(stack, readers)
            code, said = await ended(replaying)
            assert code == 0, said
            for model in MODELS:
                for _ in range(2):
                    code, said = await ended(asked(stack, "rollback", model, "--yes"))
                    assert code == 0, said
            await writers.wait_for(30)
    assert not writers.unexpected
    assert not readers.errors, (len(readers.errors), readers.errors[:3])
    assert readers.answers[200] > 500
    await proof.holds(writers.acknowledged)
    code, said = await ended(asked(stack, "generations", "--json"))
    serving = {row["model"]: row["generation"] for row in json.loads(said) if row["state"] == "serving"}
    assert {model: serving[model] for model in MODELS} == dict.fromkeys(MODELS, 2)
    code, said = await ended(asked(stack, "prune", "--yes"))
    assert code == 0, said
