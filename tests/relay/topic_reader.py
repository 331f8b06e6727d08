"""Reads what a topic holds, as the relay's consumers would."""

import asyncio
from collections import defaultdict

from aiokafka import AIOKafkaConsumer, TopicPartition

from engine.following.records import Carried, from_record
from kit.kafka import Record

_PATIENCE_S = 30


async def read_topic(servers: str, topic: str, *, until: int) -> dict[int, list[Carried]]:
    """By partition, everything from the beginning until `until` different events were seen."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in range(16)])
        async with asyncio.timeout(_PATIENCE_S):
            return await _collect(consumer, until)
    finally:
        await consumer.stop()


async def _collect(consumer: AIOKafkaConsumer, until: int) -> dict[int, list[Carried]]:
    found: defaultdict[int, list[Carried]] = defaultdict(list)
    seen: set[int] = set()
    while len(seen) < until:
        for where, records in (await consumer.getmany(timeout_ms=200)).items():
            for record in records:
                headers = list(record.headers)
                carried = from_record(Record(where.partition, record.key, record.value, headers))
                found[where.partition].append(carried)
                seen.add(carried.stored.position)
    return found


def sequences(carried: list[Carried]) -> list[int]:
    return [each.stored.sequence for each in carried]
