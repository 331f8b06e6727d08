"""The topic that must fit the log before anything is sent to it."""

from typing import NamedTuple

import structlog

from kit.kafka import create_topic, partition_count

_logger = structlog.get_logger()


class Unfit(Exception):  # noqa: N818 - named for the fact
    """Something that only an operator can put right: the relay stops and says what."""


class Topic(NamedTuple):
    servers: str
    """host:port of brokers, comma separated."""
    name: str


async def require_topic(topic: Topic, partitions: int) -> None:
    """Makes sure that the topic has as many partitions as the log.

    A topic that is gone is made again: consumers read from the log what it had held.

    Raises:
        Unfit: the topic has another number of partitions.
        KafkaError: no broker answered.
    """
    found = await partition_count(*topic)
    if found is None:
        _logger.warning("the topic is missing and is made", topic=topic.name, partitions=partitions)
        await create_topic(*topic, partitions)
    elif found != partitions:
        raise Unfit(
            f"topic {topic.name} has {found} partitions and the log has {partitions}: delete the topic and run "
            "`python -m relay.provision`; nothing is lost, consumers read the rest from the log"
        )
