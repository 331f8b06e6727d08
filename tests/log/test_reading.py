"""Pages of the log."""

import pytest

from engine.log.appender import Appender
from engine.log.reader import LogReader
from tests.log.appends import append, event


@pytest.fixture
async def written(appender: Appender) -> None:
    """Six events: stream a (1-3), stream b (4-5) of the same key, stream c (6) of its own."""
    await appender.append(append("a", events=3, partition_key="k"))
    await appender.append(append("b", events=2, partition_key="k"))
    await appender.append(append("c"))


@pytest.mark.usefixtures("written")
async def test_pages_follow_one_another_by_key(reader: LogReader) -> None:
    assert [one.position for one in await reader.all(2, limit=3)] == [3, 4, 5]
    assert [one.version for one in await reader.stream("a", 1)] == [2, 3]
    assert [one.position for one in await reader.key("k", 2)] == [3, 4, 5]
    assert await reader.stream("a", 3) == []


@pytest.mark.usefixtures("written")
async def test_a_partition_is_read_in_sequence_up_to_a_bound(reader: LogReader) -> None:
    partition = (await reader.stream("a"))[0].partition
    assert [one.sequence for one in await reader.partition(partition, 1, limit=10, up_to=4)] == [2, 3, 4]
    assert await reader.partition(partition, 5, limit=10, up_to=5) == []


@pytest.mark.usefixtures("written")
async def test_the_head_knows_the_last_of_every_partition(reader: LogReader) -> None:
    head = await reader.head()
    assert (head.epoch, head.partitions, head.position) == (1, 16, 6)
    assert sum(head.sequences) == 6
    assert head.sequences[(await reader.stream("b"))[0].partition] >= 5


async def test_the_head_of_an_empty_log_is_zero(reader: LogReader) -> None:
    head = await reader.head()
    assert (head.position, set(head.sequences), len(head.sequences)) == (0, {0}, 16)


async def test_a_page_is_bounded_in_bytes_and_never_empty_because_of_it(appender: Appender, reader: LogReader) -> None:
    await appender.append(append("big", replaced=tuple(event("x" * 100_000) for _ in range(5))))
    assert len(await reader.all(0, max_bytes=250_000)) == 3
    assert len(await reader.stream("big", 0, max_bytes=1)) == 1
    assert len(await reader.all(0)) == 5
