import asyncio
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry

from engine.log.reader import LogReader
from kit.database import open_pool
from kit.kafka import Record
from relay.lease import hold_lease
from relay.metrics import RelayMetrics
from relay.producer import Producer, open_producer
from relay.relaying import Relaying
from relay.topic import Topic
from tests.relay.log_writer import LogWriter
from tests.relay.test_relaying import until_cursor
from tests.relay.topic_reader import read_topic
from tests.servers import Database


class LateAcks(Producer):
    """A real producer whose last acknowledgement does not come before `release` is done."""

    release: "asyncio.Future[None]"

    async def submit(self, records: Iterable[Record]) -> "list[asyncio.Future[Any]]":
        return [*await super().submit(records), self.release]


async def test_the_cursor_waits_for_the_last_acknowledgement(
    log_database: Database, log_writer: LogWriter, kafka: str, topic: str
) -> None:
    await log_writer.write(100)
    stop, url = asyncio.Event(), log_database.url("relay")
    async with (
        await open_pool(url, size=2, application_name="test") as pool,
        hold_lease(url, name="test", stop=stop, on_standby=lambda: None) as lease,
        open_producer(Topic(kafka, topic)) as producer,
    ):
        assert lease is not None
        late = LateAcks(producer._client, topic)
        late.release = asyncio.get_running_loop().create_future()
        relaying = asyncio.create_task(
            Relaying(LogReader(pool), late, lease, RelayMetrics(CollectorRegistry())).run(stop)
        )
        assert len(await read_topic(kafka, topic, until=100)) == 16
        assert await log_writer.cursor() == 0
        late.release.set_result(None)
        await until_cursor(log_writer, 100)
        stop.set()
        await relaying
