import asyncio

import pytest

from engine.following.follower import Follower
from engine.following.limits import Limits
from engine.following.log_feed import LogFeed
from engine.following.watchdog import Stuck
from engine.log.reader import LogReader
from tests.following.log_rows import LogRows
from tests.following.recorder import Recorder
from tests.following.running import Running, following, until

IMPATIENT = Limits(beat_s=0.05, retry_s=0.01, stuck_s=0.5)


def follower_of(recorder: Recorder, reader: LogReader) -> Follower:
    return Running(recorder, LogFeed(reader), reader, IMPATIENT).follower


async def test_a_partition_with_lag_that_stands_still_ends_the_run(rows: LogRows, reader: LogReader) -> None:
    recorder = Recorder()
    recorder.open.clear()
    await rows.append(3, 5)
    with pytest.raises(Stuck, match="partition 3 stands at 0"):
        await asyncio.wait_for(follower_of(recorder, reader).run(asyncio.Event()), 30)


async def test_a_quiet_partition_is_not_stuck(rows: LogRows, reader: LogReader) -> None:
    recorder = Recorder()
    await rows.append(3, 5)
    async with following(recorder, LogFeed(reader), reader, IMPATIENT) as running:
        await until(lambda: recorder.checkpoints[3] == 5, "all applied")
        await asyncio.sleep(1)  # twice the patience of the watchdog: the fact is that nothing happens
        assert running.follower.readiness() == []


async def test_a_stopped_partition_is_not_stuck(rows: LogRows, reader: LogReader) -> None:
    recorder = Recorder()
    recorder.stops = {3: "an event of the future"}
    await rows.append(3, 5)
    async with following(recorder, LogFeed(reader), reader, IMPATIENT) as running:
        await asyncio.sleep(1)  # as above
        assert running.follower.readiness() == ["recorder: partition 3: an event of the future"]


async def test_a_run_that_is_stopped_finishes_its_batch(rows: LogRows, reader: LogReader) -> None:
    recorder = Recorder()
    recorder.open.clear()
    await rows.append(3, 5)
    running = Running(recorder, LogFeed(reader), reader)
    task = asyncio.create_task(running.follower.run(running.stop))
    await recorder.has_batch.wait()
    running.stop.set()
    recorder.open.set()
    await task
    assert recorder.checkpoints[3] == 5


async def test_a_partition_taken_away_is_not_being_applied_any_more(rows: LogRows, reader: LogReader) -> None:
    recorder = Recorder()
    recorder.open.clear()
    await rows.append(3, 5)
    async with following(recorder, LogFeed(reader), reader) as running:
        inbox = running.follower._inbox
        await recorder.has_batch.wait()
        revoking = asyncio.create_task(inbox.revoked({3}))
        await until(lambda: 3 not in inbox.windows, "the revocation has begun")
        assert not revoking.done()
        recorder.open.set()
        await revoking
        before = recorder.checkpoints[3]
        await rows.append(3, 5)
        await asyncio.sleep(0.3)  # several beats: nothing happens
        assert recorder.checkpoints[3] == before
