"""Kafka's records as the receiver takes them. The framework's own parsing is left out: it decodes headers twice."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from faststream.kafka.message import KafkaAckableMessage, KafkaMessage

from engine.following.contract import Receiver
from engine.following.kafka_offsets import Offsets
from engine.following.records import Carried, NotAnEvent, from_record
from kit.kafka import Record

log = structlog.get_logger()


async def parse_nothing(records: tuple[ConsumerRecord[Any, Any], ...]) -> KafkaMessage:
    return KafkaAckableMessage(raw_message=records, body=b"", headers={}, consumer=None)


async def take_records(message: KafkaMessage) -> Any:
    return message.raw_message


def deliver_records(records: Sequence[ConsumerRecord[Any, Any]], receiver: Receiver, offsets: Offsets) -> None:
    """Hands on what the records carry; one that is no event is a hole, which the log fills."""
    carried: list[Carried] = []
    last: dict[int, tuple[int, int]] = {}
    for record in records:
        try:
            event = from_record(Record(record.partition, record.key or b"", record.value or b"", list(record.headers)))
        except NotAnEvent:
            log.warning("a record that is no event", partition=record.partition, offset=record.offset)
        else:
            carried.append(event)
            last[record.partition] = (event.stored.sequence, record.offset)
    offsets.delivered(last)
    for epoch, group in groupby(carried, key=attrgetter("epoch")):
        receiver.deliver(epoch, [each.stored for each in group])
