"""A topic that does not fit the log stops start-up: keys would be spread differently."""

import secrets

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.servers import in_thread
from tests.stack.commands import Stack


async def test_a_topic_with_another_number_of_partitions_stops_start_up(stack: Stack, kafka: str) -> None:
    topic = f"other-{secrets.token_hex(4)}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 3, 1)])
    finally:
        await admin.close()
    settings = {"PALIMPSEST_KAFKA": kafka, "PALIMPSEST_TOPIC": topic}
    up = in_thread(lambda: stack.run("up", "--detach", "--no-admin", **settings))
    assert up.returncode == 4
    assert f"topic {topic} has 3 partitions" in up.stdout
