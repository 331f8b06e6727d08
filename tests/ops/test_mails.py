"""Addresses that are refused, as an operator sees them."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from ops.__main__ import main
from tests.ops.command_line import in_process
from tests.ops.desk import desk_at
from tests.servers import Database

_ENTER = """
    INSERT INTO mail_refusals (account, address_hash, mail, in_a_row, reply, paused_at)
    SELECT substr(stream, 9)::uuid, 'h', 'm', 2, $2, CASE WHEN $2 LIKE '550%' THEN clock_timestamp() END
      FROM claims WHERE kind = 'handle' AND value = $1
"""


@pytest.fixture(autouse=True)
async def owner(
    log_database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", log_database.url("operator"))
    async with desk_at(log_database.url("command")) as desk:
        for handle in ("ana", "ben", "cid"):
            await desk.register(handle, f"{handle}@example.org")
    connection = await asyncpg.connect(log_database.url("owner"))
    await connection.execute(_ENTER, "ana", "552 5.2.2")
    await connection.execute(_ENTER, "ben", "550 5.1.1")
    await connection.execute(_ENTER, "cid", "550")
    yield connection
    await connection.close()


async def command(*words: str) -> int:
    return await in_process(main, ["mails", *words])


async def left(owner: "asyncpg.Connection[Any]") -> int:
    return int(await owner.fetchval("SELECT count(*) FROM mail_refusals WHERE paused_at IS NOT NULL"))


async def test_paused_addresses_are_listed_by_handle(capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["handle"], row["reply"], row["in_a_row"]) for row in rows] == [
        ("cid", "550", 2),
        ("ben", "550 5.1.1", 2),
    ]
    assert await command("--refused", "--limit", "3", "--json") == 0
    *_, ana = json.loads(capsys.readouterr().out)
    assert (ana["handle"], ana["paused_at"]) == ("ana", None)
    assert await command() == 0
    said = capsys.readouterr().out
    assert "550 5.1.1" in said
    assert "example.org" not in said


@pytest.mark.parametrize(("words", "still"), [(("ben",), 1), (("@Ben",), 1), (("--all",), 0)])
async def test_one_or_all_are_written_to_again(
    owner: "asyncpg.Connection[Any]", words: tuple[str, ...], still: int
) -> None:
    assert await command("resume", *words) == 2, "nothing is done without a yes"
    assert await command("resume", *words, "--yes", "--why", "the server was wrong") == 0
    assert await left(owner) == still
    [action] = await owner.fetch("SELECT * FROM operator_actions")
    assert (action["action"], action["result"], action["why"]) == ("mails resume", "done", "the server was wrong")
    assert json.loads(action["details"]) == {"addresses": 2 - still}


async def test_an_account_is_named_by_its_id_too(owner: "asyncpg.Connection[Any]") -> None:
    account = await owner.fetchval("SELECT account FROM mail_refusals WHERE reply = '550'")
    assert await command("resume", str(account), "--yes") == 0
    assert await left(owner) == 1


@pytest.mark.parametrize(
    ("who", "said"),
    [("ana", "no address of theirs is paused"), ("dora", "no account dora"), (str(UUID(int=3)), "no account")],
)
async def test_who_is_not_paused_cannot_be_resumed(who: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("resume", who, "--yes") == 2
    assert said in capsys.readouterr().err


async def test_a_database_that_is_away_is_said_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PALIMPSEST_LOG_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert await command() == 1
    assert capsys.readouterr().err.startswith("mails: a database does not do its part")
