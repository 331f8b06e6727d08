"""Names, stored answers, the epoch, and who may do what."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from engine.log.answers import Answers, KeyReused, purge_idempotency
from engine.log.appender import Appender
from engine.log.names import Names
from engine.log.reader import LogReader
from engine.log.records import Claim, IdempotencyRecord, SecretWrite
from tests.log.appends import append
from tests.servers import Database

SECRET = b"s" * 32


async def test_names_know_who_holds_them_and_which_numbers_are_taken(
    appender: Appender, pool: "asyncpg.Pool[Any]"
) -> None:
    names = Names(pool, SECRET)
    values = ("hello", "hello-2", "hello-10", "hello-world", "hello-02", "help", "hello-2-2")
    await appender.append(append("holder", claims=tuple(Claim("slug", value) for value in values)))
    assert await names.owner("slug", "hello") == "holder"
    assert await names.owner("handle", "hello") is None
    assert await names.taken("slug", "hello") == {"hello", "hello-2", "hello-10"}
    assert await names.taken_like("slug", "hello-2") == {"hello", "hello-2", "hello-10", "hello-2-2"}
    assert await names.taken("slug", "free") == set()


async def test_a_private_name_is_kept_as_a_keyed_hash(appender: Appender, pool: "asyncpg.Pool[Any]") -> None:
    names = Names(pool, SECRET)
    claim = names.stored("address", "ada@example.org", is_private=True)
    await appender.append(append("holder", claims=(claim,)))
    assert "ada" not in claim.value
    assert await names.owner("address", "ada@example.org", is_private=True) == "holder"
    assert await Names(pool, b"another").owner("address", "ada@example.org", is_private=True) is None


async def test_a_stored_answer_is_found_by_its_key_and_another_request_is_refused(
    appender: Appender, pool: "asyncpg.Pool[Any]"
) -> None:
    answers = Answers(pool)
    asked = append(events=2, idempotency=IdempotencyRecord("someone", "key", b"hash", '{"id":1}'))
    appended = await appender.append(asked)
    found = await answers.find("someone", "key", b"hash")
    assert found is not None
    assert (found.answer, found.stream, found.version) == ('{"id":1}', asked.stream, 2)
    assert (found.partition, found.sequence, found.epoch) == (appended.partition, appended.sequence, 1)
    assert await answers.find("another", "key", b"hash") is None
    with pytest.raises(KeyReused):
        await answers.find("someone", "key", b"other")


async def test_an_answer_without_events_is_remembered_once(appender: Appender, pool: "asyncpg.Pool[Any]") -> None:
    answers = Answers(pool)
    await appender.append(append("thing"))
    record = IdempotencyRecord("someone", "key", b"hash", "{}")
    assert await answers.remember(record, "thing")
    assert not await answers.remember(record, "thing")
    assert (await answers.find("someone", "key", b"hash")) is not None


async def test_old_answers_are_forgotten(appender: Appender, pool: "asyncpg.Pool[Any]", log_database: Database) -> None:
    await appender.append(append(idempotency=IdempotencyRecord("someone", "key", b"hash", "{}")))
    async with asyncpg.create_pool(log_database.url("jobs"), min_size=1, max_size=1) as jobs:
        assert await purge_idempotency(jobs) == 0
        assert await purge_idempotency(jobs, timedelta(0)) == 1
    assert await Answers(pool).find("someone", "key", b"hash") is None


async def test_a_new_epoch_is_carried_by_the_head_and_by_what_is_appended(
    appender: Appender, reader: LogReader, owner: "asyncpg.Connection[Any]"
) -> None:
    assert (await appender.append(append())).epoch == 1
    assert await owner.fetchval("SELECT new_epoch()") == 2
    assert (await appender.append(append())).epoch == 2
    assert (await reader.head()).epoch == 2


CHANGES = (
    "UPDATE events SET data = '{}'",
    "DELETE FROM events",
    "TRUNCATE events",
    "INSERT INTO claims VALUES ('a', 'b', 'c')",
    "UPDATE personal_keys SET key = NULL",
    "UPDATE log_state SET epoch = 9",
    "DELETE FROM idempotency",
    "SELECT new_epoch()",
    "CREATE TABLE public.mine (id int)",
)
SECRETS = ("SELECT * FROM secrets", "SELECT * FROM idempotency", "SELECT * FROM claims")


@pytest.mark.parametrize(
    ("role", "forbidden"),
    [("command", CHANGES), ("jobs", CHANGES), ("relay", CHANGES + SECRETS), ("projector", CHANGES + SECRETS)],
)
async def test_a_process_can_neither_change_what_is_recorded_nor_read_what_it_does_not_need(
    log_database: Database, role: str, forbidden: tuple[str, ...]
) -> None:
    connection = await asyncpg.connect(log_database.url(role))
    for statement in forbidden:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


async def test_jobs_see_the_link_to_confirm_and_no_other_secret(appender: Appender, log_database: Database) -> None:
    await appender.append(append(secrets=(SecretWrite("password", "hash"), SecretWrite("confirmation", "link"))))
    connection = await asyncpg.connect(log_database.url("jobs"))
    assert [row["value"] for row in await connection.fetch("SELECT * FROM secrets")] == ["link"]
    await connection.close()
