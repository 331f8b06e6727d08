from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import jsonschema  # type: ignore[import-untyped] # no type information is published
import orjson
import pytest
import yaml
from aiokafka import AIOKafkaConsumer, TopicPartition

from engine.following.records import MAX_DATA_BYTES, to_record
from engine.log.records import StoredEvent
from kit import clock
from tests.jobs.accounts import open_accounts
from tests.relay.conftest import RelayProcess
from tests.servers import ROOT, Database

STORED = StoredEvent(
    id=UUID(int=1),
    append_id=UUID(int=2),
    position=9,
    partition=3,
    sequence=4,
    key="a-key",
    stream=f"post-{uuid4()}",
    version=2,
    type="PostRetagged",
    schema_version=1,
    data="{}",
    metadata='{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}',
    recorded_at=clock.now(),
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text())
    return read


def check(document: dict[str, Any], schema: str, instance: Any) -> None:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(instance)


def headers_of(stored: StoredEvent) -> dict[str, str]:
    return {name: value.decode() for name, value in to_record(stored, 1).headers}


@pytest.mark.parametrize("data", ["{}", "x" * (MAX_DATA_BYTES + 1)])
def test_every_header_is_as_documented(document: dict[str, Any], data: str) -> None:
    headers = headers_of(STORED._replace(data=data))
    check(document, "headers", headers)
    assert ("ce_dataref" in headers) == (data != "{}")


def test_every_documented_header_can_occur(document: dict[str, Any]) -> None:
    documented = set(document["components"]["schemas"]["headers"]["properties"])
    assert documented == set(headers_of(STORED._replace(data="x" * (MAX_DATA_BYTES + 1))))


async def test_a_real_record_is_as_documented(
    document: dict[str, Any],
    log_database: Database,
    start_relay: Callable[..., RelayProcess],
    kafka: str,
    topic: str,
) -> None:
    async with open_accounts(log_database.url("command")) as accounts:
        account, _ = await accounts.register()
    start_relay()
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in range(16)])
        record = await consumer.getone()
    finally:
        await consumer.stop()
    assert record.key.decode() == str(account)
    check(document, "headers", {name: value.decode() for name, value in record.headers})
    data = orjson.loads(record.value)
    check(document, "payload", data)
    check(document, "box", data["address"])
    assert data["handle"].startswith(account.hex[:20])
