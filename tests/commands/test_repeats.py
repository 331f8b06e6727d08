"""The same request again, under its idempotency key."""

import asyncio

import pytest

from domain.command import Context
from engine.commands.executor import CommandExecutor
from engine.commands.ports import Executed, IdempotencyRequest
from engine.log.answers import KeyReused
from engine.log.reader import LogReader
from kit.ids import new_id
from tests.commands.conftest import NewExecutor
from tests.commands.shelf import ClearShelf, OpenShelf, PlaceBook, ShelfFull


def request(key: str, body: bytes = b"body") -> IdempotencyRequest:
    return IdempotencyRequest("someone", key, body, f'{{"answer":"{key}"}}')


async def test_a_repeat_gets_the_first_answer_and_stores_nothing(
    executor: CommandExecutor, context: Context, reader: LogReader
) -> None:
    open_shelf = OpenShelf(shelf=new_id(), name="poems")
    first = await executor.execute(open_shelf, context=context, correlation="c", idempotency=request("k"))
    again = await executor.execute(open_shelf, context=context, correlation="c", idempotency=request("k"))
    assert not first.is_repeat
    assert again == Executed(first.stream, 1, first.token, (), '{"answer":"k"}', is_repeat=True, state=None)
    assert len(await reader.all(0)) == 1


async def test_twins_that_race_are_stored_once_and_answered_alike(
    new_executor: NewExecutor, context: Context, reader: LogReader
) -> None:
    executors = [await new_executor() for _ in range(3)]
    open_shelf = OpenShelf(shelf=new_id(), name="poems")
    answers = await asyncio.gather(
        *(
            one.execute(open_shelf, context=context, correlation="c", idempotency=request("k"))
            for _ in range(4)
            for one in executors
        )
    )
    assert sum(not answer.is_repeat for answer in answers) == 1
    assert {(answer.version, str(answer.token)) for answer in answers} == {(1, str(answers[0].token))}
    assert len(await reader.all(0)) == 1


async def test_a_key_with_another_request_is_refused(executor: CommandExecutor, context: Context) -> None:
    shelf = new_id()
    await executor.execute(
        OpenShelf(shelf=shelf, name="poems"), context=context, correlation="c", idempotency=request("k")
    )
    for command in (ClearShelf(shelf=shelf), OpenShelf(shelf=shelf, name="prose")):
        with pytest.raises(KeyReused):
            await executor.execute(command, context=context, correlation="c", idempotency=request("k", b"other"))
    with pytest.raises(KeyReused):
        await executor.find_repeat("someone", "k", b"other")


async def test_a_key_is_kept_for_what_needed_no_event(executor: CommandExecutor, context: Context) -> None:
    shelf = new_id()
    commands = [OpenShelf(shelf=shelf, name="poems"), PlaceBook(shelf=shelf, title="a")]
    await executor.execute_all(commands, context=context, correlation="c")
    place = PlaceBook(shelf=shelf, title="a")
    await executor.execute(place, context=context, correlation="c", idempotency=request("k"))
    assert (await executor.execute(place, context=context, correlation="c", idempotency=request("k"))).is_repeat
    with pytest.raises(KeyReused):
        await executor.execute(place, context=context, correlation="c", idempotency=request("k", b"other"))


async def test_a_refused_command_leaves_its_key_unused(executor: CommandExecutor, context: Context) -> None:
    shelf = new_id()
    commands = [OpenShelf(shelf=shelf, name="poems"), *(PlaceBook(shelf=shelf, title=t) for t in "abc")]
    await executor.execute_all(commands, context=context, correlation="c")
    place = PlaceBook(shelf=shelf, title="d")
    with pytest.raises(ShelfFull):
        await executor.execute(place, context=context, correlation="c", idempotency=request("k"))
    await executor.execute(ClearShelf(shelf=shelf), context=context, correlation="c")
    assert not (await executor.execute(place, context=context, correlation="c", idempotency=request("k"))).is_repeat
