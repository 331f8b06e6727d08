"""What a follower promises on every bus, whatever the bus does to the events on their way."""

from collections.abc import Sequence

import pytest

from engine.following.contract import CheckpointMoved, Feed
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from tests.following.log_rows import LogRows
from tests.following.recorder import Recorder, lost_store
from tests.following.running import following, until


class FeedContract:
    """A bus's test class inherits this, and says how its feed is made and how events are put on their way."""

    @pytest.fixture
    def feed(self) -> Feed:
        raise NotImplementedError

    async def carry(self, events: Sequence[StoredEvent], epoch: int = 1) -> None:
        """Puts events on their way in the order given; nothing to do where the log is the bus."""

    async def test_every_event_is_applied_once_and_in_order(self, feed: Feed, rows: LogRows, reader: LogReader) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader):
            first = [*await rows.append(3, 40), *await rows.append(5, 2)]
            await self.carry(first)
            second = await rows.append(3, 5)
            await self.carry(second)
            await until(lambda: len(recorder.ids(3)) == 45 and len(recorder.ids(5)) == 2, "all applied")
        assert recorder.ids(3) == [event.id for event in (*first, *second) if event.partition == 3]

    async def test_what_arrives_again_is_skipped(self, feed: Feed, rows: LogRows, reader: LogReader) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader):
            events = await rows.append(3, 20)
            await self.carry([*events, *events[5:12], *events])
            await until(lambda: recorder.checkpoints[3] == 20, "all applied")
            more = await rows.append(3, 1)
            await self.carry([*events, *more])
            await until(lambda: recorder.checkpoints[3] == 21, "the next one too")
        assert recorder.ids(3) == [event.id for event in (*events, *more)]

    async def test_what_is_lost_on_the_way_is_read_from_the_log(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader):
            events = await rows.append(3, 20)
            await self.carry([*events[:4], *events[9:10], *events[15:]])
            await until(lambda: recorder.checkpoints[3] == 20, "holes filled")

    async def test_what_comes_out_of_order_is_applied_in_order(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader):
            events = await rows.append(3, 20)
            await self.carry([*events[10:], *events[:10]])
            await until(lambda: recorder.checkpoints[3] == 20, "all applied")

    async def test_the_end_of_a_quiet_partition_is_found_without_the_bus(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader):
            events = await rows.append(3, 5)
            await self.carry(events)
            await until(lambda: recorder.checkpoints[3] == 5, "the bus works")
            await rows.append(3, 2)  # never put on its way
            await until(lambda: recorder.checkpoints[3] == 7, "the end came from the log")

    async def test_a_new_start_goes_on_from_the_checkpoints_whatever_arrives_again(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        before = await rows.append(3, 30)
        recorder.checkpoints[3] = 20
        async with following(recorder, feed, reader):
            await self.carry(before)
            await until(lambda: recorder.checkpoints[3] == 30, "the rest applied")
        assert recorder.ids(3) == [event.id for event in before[20:]]

    async def test_data_that_was_too_large_for_the_bus_comes_from_the_log(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader):
            events = [
                *await rows.append(3, 2),
                *await rows.append(3, data='{"text":"' + "x" * 700_000 + '"}'),
                *await rows.append(3, 2),
            ]
            await self.carry(events)
            await until(lambda: recorder.checkpoints[3] == 5, "all applied")
        assert len(recorder.applied[3][2].data) > 700_000

    async def test_checkpoints_of_another_epoch_stop_the_consumer(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder(epoch=2)
        async with following(recorder, feed, reader) as running:
            await self.carry(await rows.append(3, 5))
            await until(lambda: running.counted("stopped") == 1, "the alarm")
            assert "epoch 2" in running.follower.readiness()[0]
        assert recorder.checkpoints[3] == 0

    async def test_a_log_put_back_to_an_earlier_point_stops_the_consumer(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader) as running:
            await self.carry(await rows.append(3, 5))
            await until(lambda: recorder.checkpoints[3] == 5, "all applied")
            await rows.restore(2, epoch=2)
            await self.carry(await rows.append(3, 9), epoch=2)
            await until(lambda: running.counted("stopped") == 1, "the alarm")
        assert recorder.checkpoints[3] == 5

    async def test_a_checkpoint_beyond_the_head_stops_the_consumer(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        async with following(recorder, feed, reader) as running:
            await self.carry(await rows.append(3, 5))
            await until(lambda: recorder.checkpoints[3] == 5, "all applied")
            await rows.restore(2)  # and nobody changed the epoch
            await until(lambda: running.counted("stopped") == 1, "the alarm")
            assert "beyond the log's head" in running.follower.readiness()[0]

    async def test_a_lost_store_and_another_owner_cost_nothing(
        self, feed: Feed, rows: LogRows, reader: LogReader
    ) -> None:
        recorder = Recorder()
        recorder.faults = [lost_store(), CheckpointMoved(), lost_store()]
        async with following(recorder, feed, reader):
            await self.carry(await rows.append(3, 5))
            await until(lambda: recorder.checkpoints[3] == 5, "all applied")
        assert recorder.loads >= 4

    async def test_a_stopped_partition_holds_up_no_other(self, feed: Feed, rows: LogRows, reader: LogReader) -> None:
        recorder = Recorder()
        recorder.stops = {3: "an event of the future"}
        async with following(recorder, feed, reader) as running:
            await self.carry([*await rows.append(3, 5_000), *await rows.append(4, 5)])
            await until(lambda: recorder.checkpoints[4] == 5, "the other partition")
            assert running.follower.readiness() == ["recorder: partition 3: an event of the future"]
        assert recorder.checkpoints[3] == 0
