"""The bus of many processes: a FastStream batch subscriber in a consumer group. Kafka carries, the log decides."""

import asyncio
import contextlib
import logging
from collections.abc import Set as AbstractSet
from typing import Any

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from engine.following.contract import Log, Receiver
from engine.following.healing import UNREACHABLE
from engine.following.kafka_assignment import AssignmentListener
from engine.following.kafka_offsets import Offsets
from engine.following.kafka_records import deliver_records, parse_nothing, take_records
from engine.following.patience import Patience
from kit.kafka import partition_count

log = structlog.get_logger()

_MAX_RECORDS = 2_000
_POLL_MS = 10
"""FastStream waits this long for records, and sleeps as long again when there were none."""
_SESSION_MS = 10_000
_HEARTBEAT_MS = 2_000
_REBALANCE_MS = 30_000
_COMMIT_S = 1.0
_RESTING_POLL_MS = 20
_FETCHING: dict[str, Any] = {
    "fetch_max_wait_ms": 500,
    "fetch_max_bytes": 8 * 1024 * 1024,
    "max_partition_fetch_bytes": 1024 * 1024,
}
_LEFT_OUT_S, _LEFT_OUT_MOST_S = 5.0, 300.0


class TopicDiffers(Exception):  # noqa: N818 - named for the fact
    """The topic has another number of partitions than the log: events would be read in the wrong places."""


class KafkaFeed:
    """Offsets are committed behind what is applied, a hint for the next start; nobody seeks, nothing is nacked.

    Args:
        gather_ms: how long it rests after a batch, so that what comes one by one is fetched together; 0: not at all.
    """

    grace_s = 1.0

    def __init__(  # noqa: PLR0913 - where, what, and as whom
        self, servers: str, topic: str, reader: Log, *, group: str, instance: str, gather_ms: int = 0
    ) -> None:
        self._gather_ms = gather_ms
        self._servers, self._topic, self._reader = servers, topic, reader
        self._group, self._instance, self._life = group, f"{group}-{instance}", 0
        self._left_out_s = _LEFT_OUT_S
        self._offsets = Offsets()
        self._paused: set[int] = set()
        self._subscriber: Any = None
        self._patience = Patience(0.2, 5.0)

    async def run(self, receiver: Receiver) -> None:
        """Delivers until cancelled.

        Raises:
            TopicDiffers: the topic does not fit the log.
        """
        while True:
            while not await self._is_topic_there():
                await self._patience.wait()
            listener = AssignmentListener(receiver, self._offsets)
            broker = self._broker(receiver, listener)
            try:
                await self._start(broker)
                await self._commit_until_left_out(listener)
            finally:
                self._subscriber = None
                await broker.stop()
            # A static member that returns gets the share it had, without a rebalance: nothing, if the topic was gone
            # when shares were given. Under a new name it is given one.
            self._life += 1
            log.warning("no partition was assigned; joining anew", group=self._group, life=self._life)

    def pause(self, partitions: AbstractSet[int]) -> None:
        self._paused |= partitions
        consumer = self._consumer()
        if consumer:
            consumer.pause(*self._owned(consumer, partitions))

    def resume(self, partitions: AbstractSet[int]) -> None:
        self._paused -= partitions
        consumer = self._consumer()
        if consumer:
            consumer.resume(*self._owned(consumer, partitions))

    def applied(self, partition: int, sequence: int) -> None:
        self._offsets.applied(partition, sequence)

    async def _is_topic_there(self) -> bool:
        try:
            found = await partition_count(self._servers, self._topic)
            wanted = len((await self._reader.head()).sequences)
        except (KafkaError, *UNREACHABLE) as error:
            log.warning("the topic cannot be compared with the log", topic=self._topic, error=repr(error))
            return False
        if found is None:
            log.warning("there is no such topic yet", topic=self._topic)
        elif found != wanted:
            raise TopicDiffers(f"{self._topic} has {found} partitions, the log has {wanted}")
        return found is not None

    def _broker(self, receiver: Receiver, listener: AssignmentListener) -> KafkaBroker:
        member = f"{self._instance}-{self._life}" if self._life else self._instance
        broker = KafkaBroker(
            self._servers,
            client_id=member,
            apply_types=False,
            logger=logging.getLogger("faststream.kafka"),
            graceful_timeout=_REBALANCE_MS / 1_000,
        )
        self._subscriber = broker.subscriber(
            self._topic,
            batch=True,
            max_records=_MAX_RECORDS,
            batch_timeout_ms=_RESTING_POLL_MS if self._gather_ms else _POLL_MS,
            group_id=self._group,
            group_instance_id=member,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=_SESSION_MS,
            heartbeat_interval_ms=_HEARTBEAT_MS,
            rebalance_timeout_ms=_REBALANCE_MS,
            **_FETCHING,
            max_poll_interval_ms=5 * 60_000,
            listener=listener,
            parser=parse_nothing,
            decoder=take_records,
            no_reply=True,
        )

        async def handle(records: tuple[ConsumerRecord[Any, Any], ...]) -> None:
            try:
                deliver_records(records, receiver, self._offsets)
            except Exception:
                # the position has moved past these records: they are holes now, and healed from the log
                log.exception("a batch of records could not be read", topic=self._topic)
            if self._gather_ms:
                await self._rest()

        self._subscriber(handle)
        return broker

    async def _rest(self) -> None:
        """The first record after a silence comes at once; those that follow are not fetched one by one."""
        if (consumer := self._consumer()) is not None:
            consumer.pause(*consumer.assignment())
            await asyncio.sleep(self._gather_ms / 1_000)
            consumer.resume(*(each for each in consumer.assignment() if each.partition not in self._paused))

    async def _start(self, broker: KafkaBroker) -> None:
        while True:
            try:
                await broker.start()
            except KafkaError as error:
                log.warning("Kafka cannot be reached", error=repr(error))
                await self._patience.wait()
            else:
                return

    async def _commit_until_left_out(self, listener: AssignmentListener) -> None:
        """Ends when the group gave this member no partition and did not think again; each time it waits longer."""
        loop = asyncio.get_running_loop()
        last_included = loop.time()
        while loop.time() - last_included < self._left_out_s:
            await asyncio.sleep(_COMMIT_S)
            await self._commit()
            if not listener.is_left_out:
                last_included = loop.time()
        self._left_out_s = min(2 * self._left_out_s, _LEFT_OUT_MOST_S)

    async def _commit(self) -> None:
        consumer = self._consumer()
        if consumer is None:
            return
        offsets = self._offsets.take()
        owned = self._owned(consumer, offsets.keys())
        if owned:
            with contextlib.suppress(KafkaError):  # only a hint: the next commit says more
                await consumer.commit({each: offsets[each.partition] for each in owned})

    def _consumer(self) -> Any:
        return self._subscriber.consumer if self._subscriber is not None else None

    def _owned(self, consumer: Any, partitions: AbstractSet[int]) -> list[TopicPartition]:
        return [each for each in consumer.assignment() if each.partition in partitions]
