"""Makes the topic with as many partitions as the log has: `python -m relay.provision`."""

import asyncio
import sys

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from kit.database import connect
from kit.logging import configure
from kit.settings import Settings
from relay.topic import Topic, Unfit, require_topic


async def provision(settings: Settings) -> None:
    connection = await connect(settings.log_url, application_name="palimpsest relay provision")
    try:
        partitions = await _partitions(connection)
    finally:
        await connection.close()
    await require_topic(Topic(settings.kafka, settings.topic), partitions)


async def _partitions(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    return int(await connection.fetchval("SELECT partitions FROM log_state"))


if __name__ == "__main__":
    settings = Settings()
    configure("relay.provision", settings.log_level)
    try:
        asyncio.run(provision(settings))
    except Unfit as reason:
        structlog.get_logger().critical("stopped: an operator must decide", reason=str(reason))
        sys.exit(1)
    except KafkaError as reason:
        structlog.get_logger().critical("Kafka does not do its part", reason=str(reason))
        sys.exit(1)
