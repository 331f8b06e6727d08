"""Names that many want at once, on a real log."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.command import Context
from engine.commands.executor import CommandExecutor
from engine.log.names import Names
from kit.ids import new_id
from tests.commands.conftest import NewExecutor
from tests.commands.shelf import NameTaken, OpenShelf


async def opened(executors: Sequence[CommandExecutor], each: int, context: Context) -> list[str]:
    """The names that so many at each of the executors got who all wanted the same one at once."""
    done = await asyncio.gather(
        *(
            executor.execute(OpenShelf(shelf=new_id(), name="poems"), context=context, correlation="c")
            for _ in range(each)
            for executor in executors
        )
    )
    return [one.state.name for one in done]


def numbered(count: int) -> set[str]:
    return {"poems"} | {f"poems-{number}" for number in range(2, count + 1)}


async def test_a_crowd_that_wants_one_name_gets_the_next_free_ones(executor: CommandExecutor, context: Context) -> None:
    assert set(await opened([executor], 8, context)) == numbered(8)


async def test_crowds_of_several_processes_leave_no_number_out(new_executor: NewExecutor, context: Context) -> None:
    executors = [await new_executor() for _ in range(3)]
    assert set(await opened(executors, 32, context)) == numbered(96)


async def test_of_a_crowd_nobody_loses_a_name_twice(
    executor: CommandExecutor, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, really = list[str](), Names.taken_like

    async def counted(names: Names, kind: str, value: str) -> set[str]:
        lost.append(value)
        return await really(names, kind, value)

    monkeypatch.setattr(Names, "taken_like", counted)
    await opened([executor], 32, context)
    assert lost == ["poems"] * 31


async def test_a_name_that_must_be_exact_is_refused_by_the_domain(executor: CommandExecutor, context: Context) -> None:
    await opened([executor], 1, context)
    exact = OpenShelf(shelf=new_id(), name="poems", is_exact=True)
    with pytest.raises(NameTaken):
        await executor.execute(exact, context=context, correlation="c")
