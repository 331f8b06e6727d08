import pytest
from prometheus_client import CollectorRegistry

from engine.following.inbox import Inbox
from engine.following.limits import Limits
from engine.following.log_feed import LogFeed
from engine.following.metrics import FollowerMetrics
from engine.log.reader import LogReader
from tests.following.log_rows import LogRows
from tests.following.recorder import Recorder


@pytest.fixture
def inbox(reader: LogReader) -> Inbox:
    made = Inbox(Recorder(), LogFeed(reader), Limits(), FollowerMetrics(CollectorRegistry()))
    made.epoch = 1
    made.assigned({3})
    return made


async def test_events_of_another_epoch_are_dropped_and_raise_suspicion(inbox: Inbox, rows: LogRows) -> None:
    inbox.deliver(2, await rows.append(3, 5))
    assert len(inbox.windows[3]) == 0
    assert inbox.suspicion.is_set()


async def test_events_of_partitions_that_others_own_are_dropped(inbox: Inbox, rows: LogRows) -> None:
    inbox.deliver(1, [*await rows.append(3, 2), *await rows.append(4, 5)])
    assert set(inbox.windows) == {3}
    assert len(inbox.windows[3]) == 2
