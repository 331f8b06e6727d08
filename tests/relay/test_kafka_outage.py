import signal
import time
from collections.abc import Callable
from pathlib import Path

from stack.ports import is_open
from tests.relay.conftest import RelayProcess, until
from tests.relay.log_writer import LogWriter
from tests.relay.test_relaying import until_cursor
from tests.relay.topic_reader import read_topic, sequences
from tests.servers import new_kafka, running, start, stop


async def test_a_broker_that_is_killed_and_comes_back_gets_everything(
    log_writer: LogWriter, start_relay: Callable[..., RelayProcess], tmp_path: Path
) -> None:
    server = new_kafka(tmp_path / "kafka")
    with running(server, tmp_path / "kafka.log") as first:
        relay = start_relay(PALIMPSEST_KAFKA=server.address, PALIMPSEST_TOPIC="events")
        await log_writer.write(320)
        await until_cursor(log_writer, 320)
        first.send_signal(signal.SIGKILL)
        first.wait()
        await until(lambda: not is_open(server.port), "the broker is away")
        await log_writer.write(320)
        with (tmp_path / "kafka-2.log").open("ab") as output:
            second = start(server, output)
        try:
            started = time.monotonic()
            await until_cursor(log_writer, 640)
            assert time.monotonic() - started < 30
            found = await read_topic(server.address, "events", until=640)
            assert all(sequences(carried)[:20] == list(range(1, 21)) for carried in found.values())
            assert all(sorted(set(sequences(carried))) == list(range(1, 41)) for carried in found.values())
            assert relay.process.poll() is None
        finally:
            stop(server, second)
