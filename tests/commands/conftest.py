"""Executors as processes have them: each with its own appender, cache and keys."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from domain.command import Actor, Context
from engine.commands.executor import CommandExecutor
from engine.log.answers import Answers
from engine.log.appender import Appender
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.names import Names
from engine.log.reader import LogReader
from kit.clock import now
from kit.database import open_pool
from tests.commands.shelf import EVENTS
from tests.servers import Database

NewExecutor = Callable[[], Awaitable[CommandExecutor]]


@pytest.fixture
async def new_executor(log_database: Database) -> AsyncIterator[NewExecutor]:
    """Makes the executor of one more process."""
    appenders: list[Appender] = []
    pool = await open_pool(log_database.url("command"), size=4, application_name="tests")

    async def make() -> CommandExecutor:
        appenders.append(Appender(log_database.url("command")))
        await appenders[-1].start()
        return CommandExecutor(
            appender=appenders[-1],
            reader=LogReader(pool),
            names=Names(pool, b"s" * 32),
            keyring=KeyRing(pool),
            codec=Codec(EVENTS, {}),
            answers=Answers(pool),
        )

    yield make
    for appender in appenders:
        await appender.stop()
    await pool.close()


@pytest.fixture
async def executor(new_executor: NewExecutor) -> CommandExecutor:
    return await new_executor()


@pytest.fixture
def context() -> Context:
    return Context(actor=Actor(), now=now())


@pytest.fixture
async def reader(log_database: Database) -> AsyncIterator[LogReader]:
    pool = await open_pool(log_database.url("command"), size=2, application_name="tests")
    yield LogReader(pool)
    await pool.close()
