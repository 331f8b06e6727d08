"""From a command to stored events, and what stands in the way."""

import asyncio

import orjson
import pytest

from domain.command import Actor, Context, Guard
from engine.commands.executor import CommandExecutor
from engine.log.keyring import KeyDestroyed
from engine.log.reader import LogReader
from engine.log.records import GuardFailed, VersionConflict
from kit.clock import now
from kit.ids import new_id
from tests.commands.conftest import NewExecutor
from tests.commands.shelf import (
    BookPlaced,
    ClearShelf,
    CloseShelf,
    OpenShelf,
    PlaceBook,
    Shelf,
    ShelfExists,
    ShelfFull,
    WriteNote,
)


async def test_a_command_becomes_events_a_state_and_a_token(
    executor: CommandExecutor, context: Context, reader: LogReader
) -> None:
    shelf = new_id()
    opened = await executor.execute(OpenShelf(shelf=shelf, name="poems"), context=context, correlation="c")
    placed = await executor.execute(PlaceBook(shelf=shelf, title="Odes"), context=context, correlation="c")
    assert (opened.version, placed.version) == (1, 2)
    assert placed.state == Shelf("poems", ("Odes",))
    assert placed.events == (BookPlaced(title="Odes"),)
    last = (await reader.stream(f"shelf-{shelf}"))[-1]
    assert placed.token.sequences == {last.partition: last.sequence}
    assert await executor.load(Shelf, f"shelf-{shelf}") == (placed.state, 2)


async def test_metadata_says_who_why_and_in_which_trace(executor: CommandExecutor, reader: LogReader) -> None:
    account = new_id()
    context = Context(actor=Actor(account=account), now=now())
    await executor.execute(
        OpenShelf(shelf=new_id(), name="poems"), context=context, correlation="c", causation="e", traceparent="00-t"
    )
    (stored,) = await reader.all(0)
    assert orjson.loads(stored.metadata) == {
        "actor": str(account),
        "correlation": "c",
        "causation": "e",
        "traceparent": "00-t",
    }


async def test_commands_in_one_append_see_one_another(
    executor: CommandExecutor, context: Context, reader: LogReader
) -> None:
    shelf = new_id()
    commands = (OpenShelf(shelf=shelf, name="poems"), PlaceBook(shelf=shelf, title="Odes"))
    done = await executor.execute_all(commands, context=context, correlation="c")
    assert (done.version, done.state) == (2, Shelf("poems", ("Odes",)))
    assert len({stored.append_id for stored in await reader.all(0)}) == 1


async def test_of_commands_in_one_append_a_refused_one_refuses_all(
    executor: CommandExecutor, context: Context, reader: LogReader
) -> None:
    shelf = new_id()
    commands = (OpenShelf(shelf=shelf, name="poems"), OpenShelf(shelf=shelf, name="prose"))
    with pytest.raises(ShelfExists):
        await executor.execute_all(commands, context=context, correlation="c")
    assert await reader.all(0) == []


async def test_a_name_claimed_and_released_in_one_append_is_free(executor: CommandExecutor, context: Context) -> None:
    first, second = new_id(), new_id()
    commands = (OpenShelf(shelf=first, name="poems"), ClearShelf(shelf=first))
    await executor.execute_all(commands, context=context, correlation="c")
    done = await executor.execute(OpenShelf(shelf=second, name="poems"), context=context, correlation="c")
    assert done.state == Shelf("poems")


async def test_two_processes_that_change_one_stream_both_get_through(
    new_executor: NewExecutor, context: Context, reader: LogReader
) -> None:
    one, other = await new_executor(), await new_executor()
    shelf = new_id()
    await one.execute(OpenShelf(shelf=shelf, name="poems"), context=context, correlation="c")
    for each in (other, one, other):  # in turn: the last two hold a version that is not the newest any more
        await each.execute(ClearShelf(shelf=shelf), context=context, correlation="c")
    await asyncio.gather(
        *(
            each.execute(ClearShelf(shelf=shelf), context=context, correlation="c")
            for _ in range(10)
            for each in (one, other)
        )
    )
    assert [stored.version for stored in await reader.stream(f"shelf-{shelf}")] == list(range(1, 25))


async def test_commands_on_one_stream_do_not_conflict_inside_a_process(
    executor: CommandExecutor, context: Context, reader: LogReader
) -> None:
    shelf = new_id()
    await executor.execute(OpenShelf(shelf=shelf, name="poems"), context=context, correlation="c")
    clear = ClearShelf(shelf=shelf)
    await asyncio.gather(*(executor.execute(clear, context=context, correlation="c") for _ in range(50)))
    assert len(await reader.stream(f"shelf-{shelf}")) == 51


async def test_a_refusal_by_a_stale_state_is_not_believed(new_executor: NewExecutor, context: Context) -> None:
    one, other = await new_executor(), await new_executor()
    shelf = new_id()
    commands = [OpenShelf(shelf=shelf, name="poems"), *(PlaceBook(shelf=shelf, title=t) for t in "abc")]
    await one.execute_all(commands, context=context, correlation="c")
    await other.execute(ClearShelf(shelf=shelf), context=context, correlation="c")
    placed = await one.execute(PlaceBook(shelf=shelf, title="d"), context=context, correlation="c")
    assert placed.state == Shelf("poems", ("d",))
    with pytest.raises(ShelfFull):
        await one.execute_all(
            [PlaceBook(shelf=shelf, title=title) for title in "efg"], context=context, correlation="c"
        )


async def test_nothing_to_do_by_a_stale_state_is_not_believed(new_executor: NewExecutor, context: Context) -> None:
    one, other = await new_executor(), await new_executor()
    shelf = new_id()
    commands = [OpenShelf(shelf=shelf, name="poems"), PlaceBook(shelf=shelf, title="a")]
    await one.execute_all(commands, context=context, correlation="c")
    await other.execute(ClearShelf(shelf=shelf), context=context, correlation="c")
    placed = await one.execute(PlaceBook(shelf=shelf, title="a"), context=context, correlation="c")
    assert placed.events == (BookPlaced(title="a"),)


async def test_what_needs_no_event_answers_with_the_streams_last_token(
    executor: CommandExecutor, context: Context
) -> None:
    shelf = new_id()
    commands = [OpenShelf(shelf=shelf, name="poems"), PlaceBook(shelf=shelf, title="a")]
    first = await executor.execute_all(commands, context=context, correlation="c")
    again = await executor.execute(PlaceBook(shelf=shelf, title="a"), context=context, correlation="c")
    assert (again.events, again.version, again.token) == ((), first.version, first.token)


async def test_an_expected_version_that_is_not_the_streams_is_a_conflict(
    new_executor: NewExecutor, context: Context
) -> None:
    one, other = await new_executor(), await new_executor()
    shelf = new_id()
    await one.execute(OpenShelf(shelf=shelf, name="poems"), context=context, correlation="c")
    await other.execute(ClearShelf(shelf=shelf), context=context, correlation="c")
    clear = ClearShelf(shelf=shelf)
    with pytest.raises(VersionConflict) as refused:
        await one.execute(clear, context=context, correlation="c", expected_version=1)
    assert refused.value.actual == 2
    assert (await one.execute(clear, context=context, correlation="c", expected_version=2)).version == 3


async def test_a_guard_that_fails_is_told(executor: CommandExecutor, context: Context) -> None:
    shelf = new_id()
    await executor.execute(OpenShelf(shelf=shelf, name="poems"), context=context, correlation="c")
    beside = Guard(f"shelf-{new_id()}", 3)
    with pytest.raises(GuardFailed):
        await executor.execute(PlaceBook(shelf=shelf, title="a", beside=beside), context=context, correlation="c")


async def test_secrets_are_in_no_event(executor: CommandExecutor, context: Context, reader: LogReader) -> None:
    await executor.execute(OpenShelf(shelf=new_id(), name="poems"), context=context, correlation="c")
    assert "secret-combination" not in repr(await reader.all(0))


async def test_nothing_personal_is_written_once_the_key_is_destroyed(
    executor: CommandExecutor, context: Context
) -> None:
    shelf = new_id()
    commands = [OpenShelf(shelf=shelf, name="poems"), WriteNote(shelf=shelf, text="mine")]
    await executor.execute_all(commands, context=context, correlation="c")
    await executor.execute(CloseShelf(shelf=shelf), context=context, correlation="c")
    with pytest.raises(KeyDestroyed):
        await executor.execute(WriteNote(shelf=shelf, text="mine"), context=context, correlation="c")
