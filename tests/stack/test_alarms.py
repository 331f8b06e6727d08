"""What status says of parked events and of jobs, read from real databases."""

import asyncpg

from stack.credentials import Credentials
from stack.loop import Loop, as_lines, look
from tests.servers import Database

_GENERATIONS = """
    INSERT INTO projection.generations (model, number, version, state)
    VALUES ('tags', 1, 1, 'retired'), ('tags', 2, 1, 'serving')
"""
_PARK = """
    INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, attempts)
    VALUES ('tags', 1, 0, 'a', 1, gen_random_uuid(), 'PostDrafted', 3),
           ('tags', 2, 0, 'a', 1, gen_random_uuid(), 'PostDrafted', 3),
           ('tags', 2, 0, 'a', 2, gen_random_uuid(), 'PostPublished', 0),
           ('tags', 2, 0, 'b', 3, gen_random_uuid(), 'PostDrafted', 3)
"""
_JOB = """
    INSERT INTO job_ledger (event_id, job, position, state, resend_at)
    VALUES (gen_random_uuid(), 'welcome_mail', 1, 'failed', clock_timestamp())
"""
_HOOK = """
    INSERT INTO webhooks (webhook, version, url, kinds, is_paused) VALUES (gen_random_uuid(), 1, '', '{}', true)
"""


async def looked(log: Database, read: Database) -> Loop:
    return await look({"log": log.admin_url, "read": read.admin_url}, Credentials(roles=log.passwords))


async def execute(database: Database, *statements: str) -> None:
    connection = await asyncpg.connect(database.admin_url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_parked_keys_are_counted_by_model_with_the_command_that_lists_them(
    log_database: Database, read_database: Database
) -> None:
    await execute(read_database, _GENERATIONS, _PARK)
    loop = await looked(log_database, read_database)
    assert loop.parked == [
        {"model": "tags", "state": "retired", "keys": 1, "events": 1},
        {"model": "tags", "state": "serving", "keys": 2, "events": 3},
    ]
    said = "parked: 1 events of 1 keys in tags (retired), 3 events of 2 keys in tags: see `palimpsest parked`"
    assert said in as_lines(loop)


async def test_failed_jobs_are_counted_with_the_command_that_lists_them(
    log_database: Database, read_database: Database
) -> None:
    await execute(log_database, _JOB)
    loop = await looked(log_database, read_database)
    assert "jobs not done: 1 welcome_mail failed: see `palimpsest jobs --state failed`" in as_lines(loop)
    assert "parked: nothing" in as_lines(loop)


async def test_a_paused_webhook_is_counted_with_the_command_that_lists_it(
    log_database: Database, read_database: Database
) -> None:
    assert not any("webhooks" in line for line in as_lines(await looked(log_database, read_database)))
    await execute(log_database, _HOOK)
    loop = await looked(log_database, read_database)
    assert "webhooks: 1, 1 paused; 0 posts wait: see `palimpsest webhooks`" in as_lines(loop)
