import asyncio
import signal
from collections.abc import Callable

import pytest

from relay.lease import LeaseLost, hold_lease
from tests.relay.conftest import RelayProcess, until
from tests.relay.log_writer import LogWriter
from tests.relay.test_relaying import until_cursor
from tests.relay.topic_reader import read_topic, sequences
from tests.servers import Database

StartRelay = Callable[..., RelayProcess]


async def test_a_second_relay_stands_by_and_takes_over_when_the_first_is_killed(
    log_writer: LogWriter, start_relay: StartRelay, kafka: str, topic: str
) -> None:
    first = start_relay()
    await first.until_says("relaying")
    second = start_relay()
    await second.until_says("started")
    await log_writer.write(160)
    await until_cursor(log_writer, 160)
    assert "relaying" not in second.lines()
    assert await second.not_ready() == []
    first.kill()
    await log_writer.write(160)
    await until_cursor(log_writer, 320)
    assert "relaying" in second.lines()
    found = await read_topic(kafka, topic, until=320)
    assert all(sorted(set(sequences(carried))) == list(range(1, 21)) for carried in found.values())


async def test_a_stopped_relay_loses_its_place_and_learns_it_when_it_goes_on(
    log_writer: LogWriter, start_relay: StartRelay
) -> None:
    zombie = start_relay()
    await zombie.until_says("relaying")
    heir = start_relay()
    await heir.until_says("started")
    zombie.process.send_signal(signal.SIGSTOP)
    await log_writer.write(320)
    await until_cursor(log_writer, 320)
    assert "relaying" in heir.lines()
    zombie.process.send_signal(signal.SIGCONT)
    await zombie.until_says("LeaseLost")
    await until(lambda: zombie.process.poll() is None, "the zombie lives on as a standby")
    assert await log_writer.cursor() == 320


async def test_one_session_at_a_time_holds_the_lease(log_database: Database) -> None:
    stop, refusals = asyncio.Event(), 0

    def refused() -> None:
        nonlocal refusals
        refusals += 1
        stop.set()

    url = log_database.url("relay")
    async with hold_lease(url, name="one", stop=asyncio.Event(), on_standby=lambda: None) as first:
        assert first is not None
        async with hold_lease(url, name="two", stop=stop, on_standby=refused) as second:
            assert second is None
    assert refusals == 1


async def test_a_zombie_cannot_move_the_cursor_back(log_database: Database, log_writer: LogWriter) -> None:
    url = log_database.url("relay")
    async with hold_lease(url, name="zombie", stop=asyncio.Event(), on_standby=lambda: None) as zombie:
        assert zombie is not None
        await zombie.move_cursor(10)
        await log_writer.execute("UPDATE relay_cursor SET position = 50")  # as its heir did
        with pytest.raises(LeaseLost):
            await zombie.move_cursor(11)
    assert await log_writer.cursor() == 50


async def test_a_new_epoch_takes_the_lease_away(log_database: Database, log_writer: LogWriter) -> None:
    url = log_database.url("relay")
    async with hold_lease(url, name="old", stop=asyncio.Event(), on_standby=lambda: None) as lease:
        assert lease is not None
        await log_writer.execute("UPDATE relay_cursor SET epoch = epoch + 1")
        with pytest.raises(LeaseLost):
            await lease.move_cursor(1)


async def test_a_session_that_is_silent_loses_the_lock(log_database: Database) -> None:
    """As a stopped process does: its sockets stay open, and only the server can end its session."""
    url = log_database.url("relay")
    async with (
        hold_lease(url, name="silent", stop=asyncio.Event(), on_standby=lambda: None, renew_every_s=60) as silent,
        asyncio.timeout(15),
        hold_lease(url, name="heir", stop=asyncio.Event(), on_standby=lambda: None) as heir,
    ):
        assert silent is not None
        assert heir is not None
        with pytest.raises(LeaseLost):
            await silent.move_cursor(1)


async def test_a_relay_that_lives_keeps_its_lock(log_database: Database) -> None:
    """Also while it has nothing to say for longer than a silent session may last."""
    url = log_database.url("relay")
    seen, stop = 0, asyncio.Event()

    def refused() -> None:
        nonlocal seen
        seen += 1
        if seen > 14:  # every half second
            stop.set()

    async with (
        hold_lease(url, name="quiet", stop=asyncio.Event(), on_standby=lambda: None) as quiet,
        hold_lease(url, name="heir", stop=stop, on_standby=refused) as heir,
    ):
        assert quiet is not None
        assert heir is None
        quiet.check()
        await quiet.move_cursor(1)
