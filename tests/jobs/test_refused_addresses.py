"""Addresses that a mail server refuses: how they are paused, and written to again."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import structlog

from engine.log.names import Names
from jobs.refused_addresses import PAUSED_AFTER, RefusedAddresses
from jobs.smtp_replies import Reply
from kit.database import open_pool
from stack.servers.smtp import Smtp
from tests.command_api.asking import Member
from tests.jobs.bureau import Bureau, done, opened_bureau
from tests.jobs.mail_servers import Office, serving
from tests.servers import Cluster, Database

FULL, UNKNOWN = Reply(552, "5.2.2"), Reply(550, "5.1.1")
ADDRESS = "ada@example.org"


@pytest.fixture
async def pool(log_database: Database) -> "AsyncIterator[asyncpg.Pool[Any]]":
    async with await open_pool(log_database.url("jobs"), size=2, application_name="test refusals") as opened:
        yield opened


@pytest.fixture
def refused(pool: "asyncpg.Pool[Any]") -> RefusedAddresses:
    return RefusedAddresses(pool, Names(pool, b"x" * 32))


async def test_three_mails_refused_in_a_row_pause_an_address(refused: RefusedAddresses) -> None:
    account = uuid4()
    assert PAUSED_AFTER == 3
    assert [await refused.record(account, ADDRESS, FULL, mail=f"m{n}") for n in range(3)] == [False, False, True]
    assert await refused.find(account, ADDRESS.upper()) == ("552 5.2.2", True)
    assert await refused.find(account, "another@example.org") is None
    assert await refused.find(uuid4(), ADDRESS) is None


async def test_one_refusal_is_enough_where_there_is_no_such_mailbox(refused: RefusedAddresses) -> None:
    assert await refused.record(uuid4(), ADDRESS, UNKNOWN, mail="m")


async def test_the_same_mail_counts_once_however_often_it_is_tried(refused: RefusedAddresses) -> None:
    account = uuid4()
    assert not any([await refused.record(account, ADDRESS, FULL, mail="m") for _ in range(5)])


async def test_a_mail_that_is_taken_begins_the_count_anew_and_ends_no_pause(refused: RefusedAddresses) -> None:
    account = uuid4()
    for mail in ("a", "b"):
        await refused.record(account, ADDRESS, FULL, mail=mail)
    await refused.note_taken(account, ADDRESS)
    assert not await refused.record(account, ADDRESS, FULL, mail="c")
    assert await refused.record(account, ADDRESS, UNKNOWN, mail="d")
    await refused.note_taken(account, ADDRESS)
    assert await refused.find(account, ADDRESS) == ("550 5.1.1", True)


async def test_no_address_is_kept(refused: RefusedAddresses, pool: "asyncpg.Pool[Any]") -> None:
    await refused.record(uuid4(), ADDRESS, UNKNOWN, mail="m")
    assert "ada" not in str(await pool.fetch("SELECT * FROM mail_refusals"))


@pytest.fixture(scope="module")
async def bureau(postgres: Cluster, smtp: Smtp) -> AsyncIterator[Bureau]:
    async with opened_bureau(postgres, smtp) as opened:
        yield opened


async def follows(bureau: Bureau, member: Member) -> None:
    await done(await (await bureau.press.author()).ask("PUT", f"/accounts/{member.handle}/follow"))
    await bureau.deliver()


async def asks_for_a_link(bureau: Bureau, member: Member) -> None:
    answer = await bureau.press.api.http.post("/auth/forgot", json={"address": f"{member.handle}@example.org"})
    assert answer.status_code == 202
    await bureau.deliver()


async def rows(bureau: Bureau, member: Member) -> list[Any]:
    statement = "SELECT in_a_row, reply, paused_at FROM mail_refusals WHERE account = $1"
    return await bureau.owner.fetch(statement, UUID(member.account))


async def given_up(bureau: Bureau) -> list[tuple[str, str, str]]:
    """What became of mails that were not sent, in order."""
    statement = """
        SELECT job, state, last_error FROM job_ledger WHERE queue = 'mail' AND last_error IS NOT NULL ORDER BY position
    """
    return [tuple(row) for row in await bureau.owner.fetch(statement)]


async def test_a_paused_address_gets_no_mail_until_it_is_resumed(bureau: Bureau) -> None:
    ines = await bureau.member("follower")
    address = f"{ines.handle}@example.org"
    await bureau.deliver()
    office = Office({address: f"550 5.1.1 <{address}> is unknown"})
    with serving(office) as port, structlog.testing.capture_logs() as lines:
        usual, bureau.attempts = bureau.attempts, await bureau.attempts_at(f"smtp://localhost:{port}")
        await follows(bureau, ines)
        await follows(bureau, ines)
        await asks_for_a_link(bureau, ines)
        bureau.attempts = usual
        await follows(bureau, ines)
    assert office.asked.count(address) == 1, "it was asked for once, and never again"
    assert bureau.mails(ines) == []
    [row] = await rows(bureau, ines)
    assert (row["in_a_row"], row["reply"], row["paused_at"] is None) == (1, "550 5.1.1", False)
    paused = "AddressPaused: last 550 5.1.1"
    assert await given_up(bureau) == [
        ("follower_mail", "failed", "AddressRefused: 550 5.1.1"),
        ("follower_mail", "cancelled", paused),
        ("password_reset_mail", "cancelled", paused),
        ("follower_mail", "cancelled", paused),
    ]
    assert address not in str(lines)
    await bureau.owner.execute("DELETE FROM mail_refusals")
    await asks_for_a_link(bureau, ines)
    assert bureau.subjects(ines) == ["Set a new password for site.example"]


async def test_a_mail_that_is_taken_ends_the_row_of_refusals(bureau: Bureau) -> None:
    ines = await bureau.member("follower")
    await bureau.deliver()
    refused = RefusedAddresses(bureau.pool, Names(bureau.pool, bureau.press.api.parts.secret))
    await refused.record(UUID(ines.account), f"{ines.handle}@example.org", FULL, mail="m")
    await follows(bureau, ines)
    assert len(bureau.mails(ines)) == 1
    assert await rows(bureau, ines) == []


async def test_whose_address_is_paused_proves_another_one_and_is_written_to_there(bureau: Bureau) -> None:
    ines = await bureau.member("follower")
    await bureau.deliver()
    refused = RefusedAddresses(bureau.pool, Names(bureau.pool, bureau.press.api.parts.secret))
    await refused.record(UUID(ines.account), f"{ines.handle}@example.org", UNKNOWN, mail="m")
    await done(await ines.post("/accounts/me/address", address=f"{ines.handle}@example.net"))
    await bureau.deliver()
    assert bureau.mails(ines) == [], "no warning reaches the old address"
    link = await bureau.press.api.secret(ines.account, "address")
    await done(await bureau.press.api.http.post("/accounts/confirm", json={"token": link}))
    await follows(bureau, ines)
    assert len(bureau.mailbox.to(f"{ines.handle}@example.net")) == 2, "the link, and who follows"


@pytest.mark.parametrize("how", ["proven", "replaced", "closed"])
async def test_an_address_that_is_proven_replaced_or_erased_is_forgotten(bureau: Bureau, how: str) -> None:
    ines = await (bureau.press.api.member() if how == "proven" else bureau.member())
    await bureau.deliver()
    refused = RefusedAddresses(bureau.pool, Names(bureau.pool, bureau.press.api.parts.secret))
    await refused.record(UUID(ines.account), f"{ines.handle}@example.org", UNKNOWN, mail="m")
    assert len(await rows(bureau, ines)) == 1
    http, secret = bureau.press.api.http, bureau.press.api.secret
    if how == "proven":
        await done(await http.post("/accounts/confirm", json={"token": await secret(ines.account, "confirmation")}))
    elif how == "replaced":
        await done(await ines.post("/accounts/me/address", address=f"{ines.handle}@example.net"))
        await done(await http.post("/accounts/confirm", json={"token": await secret(ines.account, "address")}))
    else:
        await done(await ines.ask("DELETE", "/accounts/me", json={"erase_content": False}))
    await bureau.deliver()
    assert await rows(bureau, ines) == []
