"""The supervisor is killed, and nothing of it is left; the next one goes on with the same data."""

import asyncio
import os
import signal

import asyncpg

from stack.credentials import load
from tests.stack.commands import Stack, await_that, is_alive


async def test_after_kill_9_no_child_is_left_and_up_goes_on_with_the_same_data(stack_with_servers: Stack) -> None:
    stack = stack_with_servers
    up = await asyncio.to_thread(stack.up)
    assert up.returncode == 0, up.stdout
    assert set(stack.pids) == {"postgres-log", "postgres-read", "valkey", "smtp", "tests.stack.standin"}
    await execute(stack, "CREATE TABLE kept AS SELECT 42 AS answer")
    before = stack.pids
    stack.kill()
    await asyncio.to_thread(await_that, lambda: not [name for name, pid in before.items() if is_alive(pid)])
    # A stale number in the lock file means nothing: nobody holds the lock.
    again = await asyncio.to_thread(stack.up)
    assert again.returncode == 0, again.stdout
    assert await execute(stack, "SELECT answer FROM kept") == 42


async def test_a_killed_server_is_started_again(stack_with_servers: Stack) -> None:
    stack = stack_with_servers
    assert (await asyncio.to_thread(stack.up)).returncode == 0
    before = stack.pids["postgres-log"]
    os.kill(before, signal.SIGKILL)
    await_that(lambda: stack.pids.get("postgres-log", before) != before)
    await_that(lambda: all(each["state"] == "ready" for each in stack.state["processes"]))
    assert await execute(stack, "SELECT 1") == 1


async def execute(stack: Stack, statement: str) -> object:
    credentials = load(stack.home)
    assert credentials
    host = stack.state["urls"]["log"].removeprefix("postgresql://")
    connection = await asyncpg.connect(f"postgresql://palimpsest_owner:{credentials.roles['palimpsest_owner']}@{host}")
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
