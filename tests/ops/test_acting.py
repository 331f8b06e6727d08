"""Actions are recorded on a real log, with the operator's role."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from ops.acting import recorded
from tests.servers import Database


async def the_action(log: Database) -> dict[str, Any]:
    connection = await asyncpg.connect(log.url("operator"))
    try:
        [row] = await connection.fetch("SELECT * FROM operator_actions")
    finally:
        await connection.close()
    return {**row, "details": json.loads(row["details"])}


async def test_what_was_done_is_recorded_with_who_and_why(log_database: Database) -> None:
    url = log_database.url("operator")
    async with recorded(url, "replay", "post_pages", why="a new fold", details={"workers": 2}) as action:
        begun = await the_action(log_database)
        action.details["events"] = 12
    assert (begun["action"], begun["target"], begun["why"]) == ("replay", "post_pages", "a new fold")
    assert (begun["result"], begun["finished_at"], begun["details"]) == (None, None, {"workers": 2})
    ended = await the_action(log_database)
    assert (ended["result"], ended["details"]) == ("done", {"workers": 2, "events": 12})
    assert ended["finished_at"] >= ended["started_at"]
    assert "@" in ended["who"]


async def test_a_failure_is_recorded_by_its_type_alone(log_database: Database) -> None:
    async def fail() -> None:
        async with recorded(log_database.url("operator"), "repair", "a key", why=None, details={}):
            raise ValueError("what somebody wrote")

    with pytest.raises(ValueError, match="somebody"):
        await fail()
    assert (await the_action(log_database))["result"] == "failed: ValueError"


async def test_an_interruption_is_recorded(log_database: Database) -> None:
    started = asyncio.Event()

    async def act() -> None:
        async with recorded(log_database.url("operator"), "replay", "tags", why=None, details={}):
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(act())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await the_action(log_database))["result"] == "interrupted"


async def test_what_cannot_be_recorded_is_not_begun(log_database: Database) -> None:
    async def act() -> None:
        async with recorded(log_database.url("projector"), "replay", "tags", why=None, details={}):
            pytest.fail("begun")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await act()


async def test_an_operator_cannot_rewrite_what_was_recorded(log_database: Database) -> None:
    async with recorded(log_database.url("operator"), "replay", "tags", why=None, details={}):
        pass
    connection = await asyncpg.connect(log_database.url("operator"))
    try:
        for statement in ("DELETE FROM operator_actions", "UPDATE operator_actions SET who = 'nobody'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
