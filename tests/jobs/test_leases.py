"""The lease of a long job, kept while it is at work."""

import asyncio

import pytest

from jobs.leases import LeaseLost, kept


async def test_a_lease_is_renewed_for_as_long_as_the_work_takes() -> None:
    renewals = 0
    enough = asyncio.Event()

    async def renew() -> bool:
        nonlocal renewals
        renewals += 1
        if renewals == 3:
            enough.set()
        return True

    async def work() -> str:
        await enough.wait()
        return "done"

    assert await kept(work(), renew, every_s=0.001) == "done"
    assert renewals >= 3


async def test_work_whose_lease_is_lost_is_stopped_and_may_clear_up() -> None:
    is_cleared = False

    async def renew() -> bool:
        return False

    async def work() -> None:
        nonlocal is_cleared
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            is_cleared = True

    with pytest.raises(LeaseLost):
        async with asyncio.timeout(10):
            await kept(work(), renew, every_s=0.001)
    assert is_cleared


async def test_a_database_that_is_away_stops_no_work() -> None:
    asked = asyncio.Event()

    async def renew() -> bool:
        asked.set()
        raise ConnectionRefusedError

    async def work() -> str:
        await asked.wait()
        await asyncio.sleep(0.01)
        return "done"

    assert await kept(work(), renew, every_s=0.001) == "done"


async def test_what_the_work_raises_is_raised() -> None:
    async def renew() -> bool:
        return True

    async def work() -> None:
        raise ValueError("its own")

    with pytest.raises(ValueError, match="its own"):
        await kept(work(), renew, every_s=1)


async def test_work_ends_with_whoever_waits_for_it() -> None:
    ended = asyncio.Event()

    async def renew() -> bool:
        return True

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await kept(work(), renew, every_s=10)
    assert ended.is_set()
