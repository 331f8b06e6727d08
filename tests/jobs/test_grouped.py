"""Calls that go to the database together."""

import asyncio
from collections.abc import Sequence

import pytest

from jobs.grouped import Grouped


async def test_what_comes_while_one_is_under_way_goes_together_and_each_gets_its_own() -> None:
    groups: list[list[int]] = []

    async def double(asked: Sequence[int]) -> list[int]:
        groups.append(list(asked))
        await asyncio.sleep(0.01)
        return [2 * each for each in asked]

    grouped = Grouped(double)
    assert await asyncio.gather(*map(grouped.ask, range(10))) == [2 * each for each in range(10)]
    assert await grouped.ask(50) == 100
    assert sorted(each for group in groups for each in group) == [*range(10), 50]
    assert len(groups) <= 3


async def test_who_is_gone_keeps_nobody_from_an_answer() -> None:
    async def answer(asked: Sequence[int]) -> list[int]:
        await asyncio.sleep(0.01)
        return list(asked)

    grouped = Grouped(answer)
    gone = asyncio.create_task(grouped.ask(1))
    stays = asyncio.create_task(grouped.ask(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 2


async def test_what_goes_wrong_is_told_to_all_of_the_group_and_to_nobody_else() -> None:
    async def refuse(asked: Sequence[int]) -> list[int]:
        if 1 in asked:
            raise LookupError
        return list(asked)

    grouped = Grouped(refuse)
    with pytest.raises(LookupError):
        await grouped.ask(1)
    assert await grouped.ask(2) == 2
