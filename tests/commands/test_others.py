"""Decisions that look at other streams, which somebody else may change."""

from uuid import UUID

import pytest

from domain.command import Context
from engine.commands.executor import CommandExecutor
from kit.ids import new_id
from tests.commands.conftest import NewExecutor
from tests.commands.shelf import ClearShelf, LeanBook, NothingToLeanOn, OpenShelf, PlaceBook


async def opened(executor: CommandExecutor, context: Context, *titles: str) -> UUID:
    shelf = new_id()
    await executor.execute(OpenShelf(shelf=shelf, name="poems"), context=context, correlation="c")
    for title in titles:
        await executor.execute(PlaceBook(shelf=shelf, title=title), context=context, correlation="c")
    return shelf


async def test_a_decision_sees_another_stream(executor: CommandExecutor, context: Context) -> None:
    full, empty = await opened(executor, context, "Odes"), await opened(executor, context)
    leaning = await opened(executor, context)
    done = await executor.execute(LeanBook(shelf=leaning, title="a", against=full), context=context, correlation="c")
    assert done.state.books == ("a",)
    for nothing in (empty, new_id()):
        command = LeanBook(shelf=leaning, title="b", against=nothing)
        with pytest.raises(NothingToLeanOn):
            await executor.execute(command, context=context, correlation="c")


async def test_a_refusal_by_a_stale_other_is_not_believed(new_executor: NewExecutor, context: Context) -> None:
    one, other = await new_executor(), await new_executor()
    beside, leaning = await opened(one, context), await opened(other, context)
    await other.execute(PlaceBook(shelf=beside, title="Odes"), context=context, correlation="c")
    done = await one.execute(LeanBook(shelf=leaning, title="a", against=beside), context=context, correlation="c")
    assert done.state.books == ("a",)


async def test_what_has_changed_beside_it_is_decided_again(new_executor: NewExecutor, context: Context) -> None:
    one, other = await new_executor(), await new_executor()
    beside, leaning = await opened(one, context, "Odes"), await opened(one, context)
    await other.execute(PlaceBook(shelf=beside, title="Epodes"), context=context, correlation="c")
    done = await one.execute(LeanBook(shelf=leaning, title="a", against=beside), context=context, correlation="c")
    assert done.state.books == ("a",)
    await other.execute(ClearShelf(shelf=beside), context=context, correlation="c")
    with pytest.raises(NothingToLeanOn):
        await one.execute(LeanBook(shelf=leaning, title="b", against=beside), context=context, correlation="c")
