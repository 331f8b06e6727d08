import asyncio
import signal
from collections.abc import Callable

import httpx

from engine.following.records import MAX_DATA_BYTES
from kit.kafka import create_topic, delete_topic, partition_count
from tests.relay.conftest import RelayProcess, until
from tests.relay.log_writer import LogWriter
from tests.relay.topic_reader import read_topic, sequences

StartRelay = Callable[..., RelayProcess]


async def until_cursor(log_writer: LogWriter, position: int) -> None:
    async with asyncio.timeout(30):
        while await log_writer.cursor() != position:
            await asyncio.sleep(0.02)


async def test_every_event_arrives_once_and_in_order_in_its_partition(
    log_writer: LogWriter, start_relay: StartRelay, kafka: str, topic: str
) -> None:
    await log_writer.write(5000)
    start_relay()
    await log_writer.write(3000)
    found = await read_topic(kafka, topic, until=8000)
    for carried in found.values():
        assert sequences(carried) == list(range(1, 501))
        assert {each.epoch for each in carried} == {1}
    await until_cursor(log_writer, 8000)


async def test_a_relay_goes_on_at_its_cursor(
    log_writer: LogWriter, start_relay: StartRelay, kafka: str, topic: str
) -> None:
    await log_writer.write(1600)
    first = start_relay()
    await until_cursor(log_writer, 1600)
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(20) == 0
    await log_writer.write(1600)
    start_relay()
    await until_cursor(log_writer, 3200)
    found = await read_topic(kafka, topic, until=3200)
    assert {tuple(sequences(carried)) for carried in found.values()} == {tuple(range(1, 201))}


async def test_a_killed_relay_repeats_events_and_loses_none(
    log_writer: LogWriter, start_relay: StartRelay, kafka: str, topic: str
) -> None:
    await log_writer.write(60_000, data='{"text":"' + "x" * 400 + '"}')
    first = start_relay()
    await until(lambda: "relaying" in first.lines(), "the first relay is active")
    while not 0 < await log_writer.cursor() < 60_000:
        await asyncio.sleep(0.005)
    first.kill()
    cursor = await log_writer.cursor()
    assert cursor < 60_000
    start_relay()
    await until_cursor(log_writer, 60_000)
    for carried in (await read_topic(kafka, topic, until=60_000)).values():
        assert sorted(set(sequences(carried))) == list(range(1, 3751))


async def test_large_data_stays_in_the_log(
    log_writer: LogWriter, start_relay: StartRelay, kafka: str, topic: str
) -> None:
    fits = '{"t":"' + "x" * (MAX_DATA_BYTES - 8) + '"}'
    await log_writer.write(20, data=fits)
    await log_writer.write(12, data=fits + " ")
    start_relay()
    found = await read_topic(kafka, topic, until=32)
    by_position = {each.stored.position: each.stored.data for carried in found.values() for each in carried}
    assert all(by_position[position] == fits for position in range(1, 21))
    assert all(by_position[position] == "" for position in range(21, 33))


async def test_a_topic_of_another_size_stops_the_relay(start_relay: StartRelay, kafka: str, topic: str) -> None:
    await create_topic(kafka, f"{topic}-narrow", 4)
    relay = start_relay(PALIMPSEST_TOPIC=f"{topic}-narrow")
    await until(lambda: relay.process.poll() is not None, "the relay has ended")
    assert relay.process.returncode == 1
    assert "has 4 partitions and the log has 16" in relay.lines()


async def test_a_cursor_beyond_the_head_stops_the_relay(log_writer: LogWriter, start_relay: StartRelay) -> None:
    await log_writer.execute("UPDATE relay_cursor SET position = 5")
    relay = start_relay()
    await until(lambda: relay.process.poll() is not None, "the relay has ended")
    assert "beyond the log's head" in relay.lines()


async def test_a_cursor_of_another_epoch_stops_the_relay(log_writer: LogWriter, start_relay: StartRelay) -> None:
    await log_writer.execute("UPDATE relay_cursor SET epoch = 7")
    relay = start_relay()
    await until(lambda: relay.process.poll() is not None, "the relay has ended")
    assert "the cursor is of epoch 7 and the log of 1" in relay.lines()


async def test_a_missing_topic_is_made(log_writer: LogWriter, start_relay: StartRelay, kafka: str, topic: str) -> None:
    await log_writer.write(16)
    start_relay(PALIMPSEST_TOPIC=f"{topic}-missing")
    await until_cursor(log_writer, 16)
    assert await partition_count(kafka, f"{topic}-missing") == 16


async def test_a_topic_deleted_under_the_relay_is_made_again(
    log_writer: LogWriter, start_relay: StartRelay, kafka: str, topic: str
) -> None:
    await log_writer.write(16)
    start_relay()
    await until_cursor(log_writer, 16)
    await delete_topic(kafka, topic)
    await log_writer.write(32)
    await until_cursor(log_writer, 48)
    found = await read_topic(kafka, topic, until=32)
    assert all(sequences(carried)[-1] == 3 for carried in found.values())


async def test_a_relay_without_kafka_is_not_ready_and_keeps_trying(
    log_writer: LogWriter, start_relay: StartRelay
) -> None:
    await log_writer.write(3)
    relay = start_relay(PALIMPSEST_KAFKA="127.0.0.1:1")
    await relay.until_says("starting over")
    [reason] = await relay.not_ready()
    assert "Kafka" in reason
    assert relay.process.poll() is None
    assert await log_writer.cursor() == 0


async def test_a_silent_relay_is_alive_and_serves_its_metrics(log_writer: LogWriter, start_relay: StartRelay) -> None:
    await log_writer.write(7)
    relay = start_relay()
    await until_cursor(log_writer, 7)
    async with httpx.AsyncClient() as client:
        metrics = (await client.get(f"http://127.0.0.1:{relay._port}/metrics")).text
    assert "palimpsest_relay_position 7.0" in metrics
    assert "palimpsest_relay_active 1.0" in metrics
    assert await relay.not_ready() == []
