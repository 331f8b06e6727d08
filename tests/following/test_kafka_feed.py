from collections.abc import AsyncIterator, Sequence

import pytest
from aiokafka import AIOKafkaProducer

from engine.following.contract import Feed
from engine.following.kafka_feed import KafkaFeed
from engine.following.records import to_record
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from tests.following.feed_contract import FeedContract


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
