import asyncio
from collections.abc import Set as AbstractSet

from engine.following.contract import Feed, Receiver
from engine.following.limits import Limits
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from tests.following.log_rows import LogRows
from tests.following.recorder import Recorder
from tests.following.running import following, until

LIMITS = Limits(batch_events=50, window_events=100, beat_s=0.05, retry_s=0.01)


class Flood(Feed):
    """Delivers as fast as it is let."""

    grace_s = 0.0

    def __init__(self, events: list[StoredEvent]) -> None:
        self.left = list(events)
        self.paused: set[int] = set()

    async def run(self, receiver: Receiver) -> None:
        receiver.assigned({3})
        while True:
            if self.left and 3 not in self.paused:
                receiver.deliver(1, self.left[:20])
                self.left = self.left[20:]
            await asyncio.sleep(0)

    def pause(self, partitions: AbstractSet[int]) -> None:
        self.paused |= partitions

    def resume(self, partitions: AbstractSet[int]) -> None:
        self.paused -= partitions

    def applied(self, partition: int, sequence: int) -> None: ...


async def test_a_full_partition_is_paused_and_goes_on_when_there_is_room(rows: LogRows, reader: LogReader) -> None:
    events = await rows.append(3, 1_000)
    recorder, feed = Recorder(), Flood(events)
    recorder.open.clear()
    async with following(recorder, feed, reader, LIMITS) as running:
        await until(lambda: 3 in feed.paused or not feed.left, "the pause")
        assert len(running.follower._inbox.windows[3]) <= LIMITS.window_events + 20
        assert len(feed.left) >= 1_000 - LIMITS.window_events - LIMITS.batch_events - 40
        recorder.open.set()
        await until(lambda: recorder.checkpoints[3] == 1_000, "all applied")
    assert recorder.ids(3) == [event.id for event in events]


async def test_large_events_fill_a_partition_by_their_bytes(rows: LogRows, reader: LogReader) -> None:
    events = await rows.append(3, 60, data='{"text":"' + "x" * 100_000 + '"}')
    recorder, feed = Recorder(), Flood(events)
    recorder.open.clear()
    async with following(recorder, feed, reader, Limits(window_bytes=1_000_000, beat_s=0.05)) as running:
        await until(lambda: 3 in feed.paused or not feed.left, "the pause")
        assert running.follower._inbox.windows[3].size_bytes <= 1_000_000 + 20 * 101_100
        assert feed.left
        recorder.open.set()
        await until(lambda: recorder.checkpoints[3] == 60, "all applied")


async def test_a_batch_is_bounded_by_bytes_and_holds_at_least_one_event(rows: LogRows, reader: LogReader) -> None:
    events = await rows.append(3, 5, data='{"text":"' + "x" * 100_000 + '"}')
    recorder = Recorder()
    sizes: list[int] = []
    apply = recorder.apply

    async def noting(batches: dict[int, list[StoredEvent]]) -> None:
        sizes.append(sum(len(run) for run in batches.values()))
        await apply(batches)

    recorder.apply = noting  # type: ignore[method-assign, assignment]
    async with following(recorder, Flood(events), reader, Limits(batch_bytes=50_000, beat_s=0.05)):
        await until(lambda: recorder.checkpoints[3] == 5, "all applied")
    assert sizes == [1] * 5
