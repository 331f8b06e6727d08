"""The event as a Kafka record and back: CloudEvents 1.0 in Kafka's binary mode."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from engine.log.records import StoredEvent
from kit.kafka import Headers, Record

MAX_DATA_BYTES = 512 * 1024
"""Larger data stays in the log: the record then has an empty value and the header `ce_dataref: log`."""

_SPEC_VERSION = ("ce_specversion", b"1.0")
_SOURCE = ("ce_source", b"/palimpsest")
_CONTENT_TYPE = ("content-type", b"application/json")
_DATA_IN_LOG = ("ce_dataref", b"log")


class NotAnEvent(ValueError):  # noqa: N818 - named for the fact
    """The record was not written by the relay: its headers do not describe an event."""


class Carried(NamedTuple):
    """An event as it came through Kafka."""

    epoch: int
    stored: StoredEvent
    """`stored.data` is empty when the data is only in the log."""


def to_record(stored: StoredEvent, epoch: int) -> Record:
    data = stored.data.encode()
    headers = _headers(stored, epoch)
    if len(data) > MAX_DATA_BYTES:
        data = b""
        headers.append(_DATA_IN_LOG)
    if '"traceparent"' in stored.metadata and (trace := orjson.loads(stored.metadata).get("traceparent")):
        headers.append(("traceparent", str(trace).encode()))
    return Record(stored.partition, stored.key.encode(), data, headers)


def _headers(stored: StoredEvent, epoch: int) -> Headers:
    return [
        _SPEC_VERSION,
        ("ce_id", str(stored.id).encode()),
        _SOURCE,
        ("ce_type", stored.type.encode()),
        ("ce_subject", stored.stream.encode()),
        ("ce_time", stored.recorded_at.isoformat().encode()),
        ("ce_sequence", b"%d" % stored.sequence),
        ("ce_position", b"%d" % stored.position),
        ("ce_version", b"%d" % stored.version),
        ("ce_schemaversion", b"%d" % stored.schema_version),
        ("ce_epoch", b"%d" % epoch),
        ("ce_appendid", str(stored.append_id).encode()),
        ("ce_metadata", stored.metadata.encode()),
        _CONTENT_TYPE,
    ]


def from_record(record: Record) -> Carried:
    """Reads a record of the relay.

    Raises:
        NotAnEvent: a header is missing or malformed; the log has the event that belongs there.
    """
    found = dict(record.headers)
    try:
        return Carried(
            epoch=int(found["ce_epoch"]),
            stored=StoredEvent(
                id=UUID(found["ce_id"].decode()),
                append_id=UUID(found["ce_appendid"].decode()),
                position=int(found["ce_position"]),
                partition=record.partition,
                sequence=int(found["ce_sequence"]),
                key=record.key.decode(),
                stream=found["ce_subject"].decode(),
                version=int(found["ce_version"]),
                type=found["ce_type"].decode(),
                schema_version=int(found["ce_schemaversion"]),
                data=record.value.decode(),
                metadata=found["ce_metadata"].decode(),
                recorded_at=datetime.fromisoformat(found["ce_time"].decode()),
            ),
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise NotAnEvent("the record does not describe an event") from error
