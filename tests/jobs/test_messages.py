"""The broker's queues: apart from one another, bounded, and fetched from as soon as something was sent."""

import asyncio
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis

from jobs import broker as broker_module
from jobs.broker import JobBroker
from jobs.job import Job
from jobs.upkeep import Due


async def nothing() -> None:
    """Stands for what a job does: here attempts are counted, not made."""


MAIL, FILM = Job("mail", (), nothing, queue="mail"), Job("film", (), nothing, queue="heavy")


@pytest.fixture
def broker(valkey: str) -> Iterator[JobBroker]:
    yield JobBroker(valkey, (MAIL, FILM))
    with redis.Redis.from_url(valkey) as client:
        client.flushall()


def due(job: Job) -> Due:
    return Due(uuid4(), job.name, queue=job.queue)


async def test_a_queue_takes_so_many_messages_and_the_rest_is_given_back(
    broker: JobBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "_ROOM", 5)
    films, mail = [due(FILM) for _ in range(8)], due(MAIL)
    assert await broker.send([*films, mail]) == films[5:]
    assert await broker.room() == {"mail": 4, "quick": 5, "heavy": 0}
    assert await broker.send([films[5]]) == [films[5]]


async def test_films_that_fill_their_workers_hold_up_no_mail(broker: JobBroker) -> None:
    begun: list[str] = []
    may_end, is_mailed = asyncio.Event(), asyncio.Event()

    async def attempt(found: Due) -> None:
        begun.append(found.job)
        if found.job == "film":
            await may_end.wait()
        else:
            is_mailed.set()

    async with broker.working(attempt):
        await broker.send([due(FILM) for _ in range(20)])
        await broker.send([due(MAIL)])
        await asyncio.wait_for(is_mailed.wait(), 30)
        assert begun.count("film") <= broker_module.AT_ONCE["heavy"]
        may_end.set()


async def test_an_idle_worker_begins_at_once(broker: JobBroker) -> None:
    began: asyncio.Queue[float] = asyncio.Queue()

    async def attempt(_due: Due) -> None:
        began.put_nowait(time.perf_counter())

    async with broker.working(attempt):
        await asyncio.sleep(1.2)  # every consumer is asleep
        waits = []
        for _ in range(5):
            sent = time.perf_counter()
            await broker.send([due(MAIL)])
            waits.append(await asyncio.wait_for(began.get(), 30) - sent)
    assert sorted(waits)[2] < 0.25  # it looks every half second, and is woken


async def test_what_another_process_has_sent_is_found(broker: JobBroker, valkey: str) -> None:
    is_found = asyncio.Event()

    async def attempt(_due: Due) -> None:
        is_found.set()

    async with broker.working(attempt):
        await JobBroker(valkey, (MAIL,)).send([due(MAIL)])
        await asyncio.wait_for(is_found.wait(), 30)


async def test_what_a_process_that_stops_has_not_begun_goes_back_to_its_queue(broker: JobBroker) -> None:
    begun: list[Due] = []
    may_end, are_full = asyncio.Event(), asyncio.Event()

    async def attempt(found: Due) -> None:
        begun.append(found)
        if len(begun) == broker_module.AT_ONCE["heavy"]:
            are_full.set()
        await may_end.wait()

    sent = [due(FILM) for _ in range(9)]
    async with broker.working(attempt):
        await broker.send(sent)
        await asyncio.wait_for(are_full.wait(), 30)
        asyncio.get_running_loop().call_later(0.3, may_end.set)  # while it stops
    assert len(begun) < len(sent)
    left = broker_module._ROOM - (await broker.room())["heavy"]
    assert left == len(sent) - len(begun)


async def test_an_attempt_that_breaks_keeps_no_place(broker: JobBroker) -> None:
    begun = 0
    are_all = asyncio.Event()

    async def attempt(_due: Due) -> None:
        nonlocal begun
        begun += 1
        if begun == 3 * broker_module.AT_ONCE["heavy"]:
            are_all.set()
        raise OSError

    async with broker.working(attempt):
        await broker.send([due(FILM) for _ in range(3 * broker_module.AT_ONCE["heavy"])])
        await asyncio.wait_for(are_all.wait(), 30)
