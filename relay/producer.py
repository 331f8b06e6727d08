"""Sends records to the partitions that they carry: idempotent, acknowledged by all replicas, in order."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from kit.kafka import Record
from relay.topic import Topic

_BATCH_BYTES = 256 * 1024
"""A larger record makes a batch of its own; the broker takes batches up to 1 MiB."""
_REQUEST_TIMEOUT_MS = 10_000
_STOP_TIMEOUT_S = 3


class Producer:
    """A Kafka producer that is handed whole batches: a future a batch instead of a future a record."""

    def __init__(self, client: AIOKafkaProducer, topic: str) -> None:
        self._client = client
        self._topic = topic

    async def submit(self, records: Iterable[Record]) -> "list[asyncio.Future[Any]]":
        """Puts the records in line and gives what to wait for until all are acknowledged.

        Call again only when this call has returned: that is what keeps the order within a partition.
        """
        by_partition: defaultdict[int, list[Record]] = defaultdict(list)
        for record in records:
            by_partition[record.partition].append(record)
        lines = [self._submit_line(partition, line) for partition, line in by_partition.items()]
        return [ack for acks in await asyncio.gather(*lines) for ack in acks]

    async def _submit_line(self, partition: int, records: Sequence[Record]) -> "list[asyncio.Future[Any]]":
        return [
            await self._client.send_batch(batch, self._topic, partition=partition) for batch in self._batches(records)
        ]

    def _batches(self, records: Sequence[Record]) -> list[Any]:
        batch = self._client.create_batch()
        batches = [batch]
        for record in records:
            if not _append(batch, record):
                batch = self._client.create_batch()
                _append(batch, record)
                batches.append(batch)
        for each in batches:
            each.close()
        return batches


def _append(batch: Any, record: Record) -> bool:
    added = batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
    return added is not None


@contextlib.asynccontextmanager
async def open_producer(topic: Topic) -> AsyncIterator[Producer]:
    """A producer for as long as the context lasts.

    Raises:
        KafkaError: no broker answered.
    """
    client = AIOKafkaProducer(
        bootstrap_servers=topic.servers,
        client_id="palimpsest-relay",
        acks="all",
        enable_idempotence=True,
        max_batch_size=_BATCH_BYTES,
        request_timeout_ms=_REQUEST_TIMEOUT_MS,
        metadata_max_age_ms=30_000,
    )
    try:
        await client.start()
        yield Producer(client, topic.name)
    finally:
        await _stop(client)


async def _stop(client: AIOKafkaProducer) -> None:
    """Stops within a bound: an idempotent producer never gives up by itself while no broker answers."""
    try:
        await asyncio.wait_for(client.stop(), _STOP_TIMEOUT_S)
    except TimeoutError:
        await client._sender.close()  # noqa: SLF001 - there is no public way to drop what was not sent
        await client.client.close()
