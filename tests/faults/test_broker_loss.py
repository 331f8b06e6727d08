"""Kafka loses what it was given: the log heals the readers."""

import signal

from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from tests.faults.proof import Proof
from tests.faults.writers import Writers
from tests.live_stack import LiveStack

TOPIC = "palimpsest.events"
PARTITIONS = range(16)
EVERYTHING = -1


async def admin_of(stack: LiveStack) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.state()["urls"]["kafka"].removeprefix("kafka://"))
    await admin.start()
    return admin


async def test_a_truncated_topic_loses_no_event(stack: LiveStack, bearer: str, proof: Proof) -> None:
    stack.signal("projectors", signal.SIGKILL)
    admin = await admin_of(stack)
    try:
        async with Writers(stack.command_url, bearer) as writers:
            await writers.wait_for(120)
            everything = RecordsToDelete(before_offset=EVERYTHING)
            await admin.delete_records({TopicPartition(TOPIC, partition): everything for partition in PARTITIONS})
            await writers.wait_for(60)
    finally:
        await admin.close()
    assert not writers.unexpected
    await proof.holds(writers.acknowledged)


async def test_a_deleted_topic_loses_no_event(stack: LiveStack, bearer: str, proof: Proof) -> None:
    admin = await admin_of(stack)
    try:
        async with Writers(stack.command_url, bearer) as writers:
            await writers.wait_for(60)
            await admin.delete_topics([TOPIC])
            await writers.wait_for(60)
    finally:
        await admin.close()
    assert not writers.unexpected
    await proof.holds(writers.acknowledged)
