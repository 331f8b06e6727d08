import asyncio

import pytest

from command_api.newest import Newest
from engine.log.reader import LogHead
from kit.consistency import ConsistencyToken
from tests.command_api.asking import Api


async def test_the_head_names_all_that_was_stored(api: Api) -> None:
    ines = await api.member()
    stored = ConsistencyToken.parse((await ines.post("/posts", title="Boats")).json()["token"])
    answer = await api.http.get("/head")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["consistency-token"] == answer.json()["token"]
    head = ConsistencyToken.parse(answer.json()["token"])
    assert head.epoch == stored.epoch
    assert len(head.sequences) == 16
    assert all(head.sequences[partition] >= sequence for partition, sequence in stored.sequences.items())


class Log:
    """A log whose readings end when they are let."""

    def __init__(self) -> None:
        self.stored, self.readings, self.go_on = 0, 0, asyncio.Event()

    async def head(self) -> LogHead:
        self.readings += 1
        seen = self.stored
        await self.go_on.wait()
        return LogHead(1, 1, seen, (seen,))


@pytest.mark.parametrize("asking", [1, 20])
async def test_a_reading_that_began_before_is_not_believed_and_the_next_is_shared(asking: int) -> None:
    log = Log()
    newest = Newest(log.head)
    early = asyncio.create_task(newest.token())
    while not log.readings:
        await asyncio.sleep(0)
    log.stored = 7
    late = [asyncio.create_task(newest.token()) for _ in range(asking)]
    await asyncio.sleep(0)
    log.go_on.set()
    assert str(await early) == "1:0.0"
    assert {str(token) for token in await asyncio.gather(*late)} == {"1:0.7"}
    assert log.readings == 2


async def test_who_gives_up_waiting_ends_no_other_reading() -> None:
    log = Log()
    newest = Newest(log.head)
    impatient, patient = (asyncio.create_task(newest.token()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    log.go_on.set()
    assert str(await patient) == "1:0.0"
