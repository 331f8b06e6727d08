import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from secrets import token_hex

import pytest
from aiokafka import AIOKafkaProducer

from engine.following.contract import Feed
from engine.following.kafka_feed import KafkaFeed, TopicDiffers
from engine.following.records import to_record
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from kit.kafka import create_topic
from tests.following.feed_contract import FeedContract
from tests.following.log_rows import LogRows
from tests.following.recorder import Recorder
from tests.following.running import Running, following, until


class TestKafkaFeed(FeedContract):
    @pytest.fixture
    def feed(self, reader: LogReader, kafka: str, topic: str) -> Feed:
        return KafkaFeed(kafka, topic, reader, group=f"group-of-{topic}", instance="1")

    @pytest.fixture(autouse=True)
    async def producer(self, kafka: str, topic: str) -> AsyncIterator[None]:
        self.topic = topic
        self.kafka = AIOKafkaProducer(bootstrap_servers=kafka)
        await self.kafka.start()
        yield
        await self.kafka.stop()

    async def carry(self, events: Sequence[StoredEvent], epoch: int = 1) -> None:
        for event in events:
            record = to_record(event, epoch)
            await self.kafka.send(self.topic, record.value, record.key, record.partition, headers=record.headers)
        await self.kafka.flush()


async def test_two_members_share_the_partitions_and_one_takes_over_from_the_other(
    kafka: str, topic: str, reader: LogReader, rows: LogRows
) -> None:
    recorder, group = Recorder(), f"group-of-{topic}"  # it fails when both apply the same events
    first = KafkaFeed(kafka, topic, reader, group=group, instance="1")
    second = KafkaFeed(kafka, topic, reader, group=group, instance="2")
    async with following(recorder, first, reader) as one:
        async with following(recorder, second, reader) as other:
            owned = (one.follower._inbox.windows, other.follower._inbox.windows)
            await until(lambda: [len(windows) for windows in owned] == [8, 8], "an even share")
            for partition in range(16):
                await rows.append(partition, 5)
            await until(lambda: set(recorder.checkpoints.values()) == {5}, "both at work")
        await rows.append(0, 5)
        await rows.append(15, 5)
        await until(lambda: recorder.checkpoints[0] == recorder.checkpoints[15] == 10, "one has taken over")


class Counter(Recorder):
    """Keeps when each batch came."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    async def apply(self, batches: Mapping[int, Sequence[StoredEvent]]) -> None:
        self.times.append(time.monotonic())
        await super().apply(batches)


async def test_a_feed_that_gathers_brings_together_what_comes_one_by_one(
    kafka: str, topic: str, reader: LogReader, rows: LogRows
) -> None:
    counter = Counter()
    feed = KafkaFeed(kafka, topic, reader, group=f"group-of-{topic}", instance="1", gather_ms=500)
    async with following(counter, feed, reader), AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for number in range(1, 41):
            [event] = await rows.append(3)
            record = to_record(event, 1)
            await producer.send_and_wait(topic, record.value, record.key, 3, headers=record.headers)
            if number == 1:
                await until(lambda: counter.checkpoints[3] == 1, "it follows")
        await until(lambda: counter.checkpoints[3] == 40, "all have come")
    rests = (counter.times[-1] - counter.times[0]) / 0.5
    assert len(counter.times) <= 2 + 2 * rests


async def test_a_topic_that_does_not_fit_the_log_ends_the_run(kafka: str, reader: LogReader) -> None:
    topic = f"small-{token_hex(4)}"
    await create_topic(kafka, topic, 3)
    feed = KafkaFeed(kafka, topic, reader, group="g", instance="1")
    with pytest.raises(TopicDiffers, match="has 3 partitions, the log has 16"):
        await asyncio.wait_for(Running(Recorder(), feed, reader).follower.run(asyncio.Event()), 30)
