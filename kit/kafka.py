"""Kafka's records as plain bytes, and the topic that carries them."""

import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    LeaderNotAvailableError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

_REQUEST_TIMEOUT_MS = 10_000
_TOPIC_SETTINGS = {
    "cleanup.policy": "delete",
    "retention.ms": str(24 * 60 * 60 * 1000),  # the topic is transport: what is older is read from the log
}

Headers = list[tuple[str, bytes]]


class Record(NamedTuple):
    """One record of a topic, with the partition that it belongs to."""

    partition: int
    key: bytes
    value: bytes
    headers: Headers


async def partition_count(servers: str, topic: str) -> int | None:
    """How many partitions the topic has; None when there is no such topic.

    Raises:
        KafkaError: no broker answered.
    """
    async with _admin(servers) as admin:
        [found] = await admin.describe_topics([topic])
    error = for_code(found["error_code"])
    if error is UnknownTopicOrPartitionError:
        return None
    if found["error_code"] and error is not LeaderNotAvailableError:
        raise error(f"topic {topic}")
    return len(found["partitions"])


async def create_topic(servers: str, topic: str, partitions: int) -> None:
    """Creates the topic with the cluster's own replication; one that exists is left as it is."""
    # an empty assignment is how aiokafka lets -1 pass, which stands for the cluster's default replication
    wanted = NewTopic(topic, partitions, -1, replica_assignments={}, topic_configs=_TOPIC_SETTINGS)
    async with _admin(servers) as admin:
        answer = await admin.create_topics([wanted], timeout_ms=_REQUEST_TIMEOUT_MS)
    for name, code, *reason in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name}: {' '.join(str(part) for part in reason)}")


async def delete_topic(servers: str, topic: str) -> None:
    async with _admin(servers) as admin:
        await admin.delete_topics([topic], timeout_ms=_REQUEST_TIMEOUT_MS)


@contextlib.asynccontextmanager
async def _admin(servers: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers, request_timeout_ms=_REQUEST_TIMEOUT_MS)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
