import pytest

from engine.replays.replay import State, at_work, last_of
from engine.replays.requests import AlreadyAtWork, Wish, accept, cancel, pause, request
from engine.replays.steps import NotOurs, advance
from tests.projection.notebook import Desk
from tests.projection.notes import notes_model, sizes_model

SIZES, NOTES = sizes_model(), notes_model()


async def test_a_second_replay_of_a_read_model_is_refused_by_name(desk: Desk) -> None:
    connection = await desk.store().connection()
    await request(connection, SIZES, Wish(), by="me", why=None)
    with pytest.raises(AlreadyAtWork, match="a replay of note_sizes is at work"):
        await request(connection, SIZES, Wish(), by="you", why=None)
    await request(connection, NOTES, Wish(workers=2, rate=100), by="you", why="a new fold")
    assert [each.model for each in await at_work(connection)] == ["note_sizes", "notes"]


async def test_one_that_has_ended_makes_room_for_the_next(desk: Desk) -> None:
    connection = await desk.store().connection()
    await request(connection, SIZES, Wish(), by="me", why=None)
    [replay] = await at_work(connection)
    await advance(connection, replay, State.FAILED, "no reason")
    assert await at_work(connection) == []
    assert await request(connection, SIZES, Wish(), by="me", why=None) != replay.id


async def test_a_replayer_that_was_asleep_moves_nothing_back(desk: Desk) -> None:
    connection = await desk.store().connection()
    await request(connection, SIZES, Wish(), by="me", why=None)
    [replay] = await at_work(connection)
    await advance(connection, replay, State.BUILDING)
    with pytest.raises(NotOurs):
        await advance(connection, replay, State.BUILDING)


async def test_what_is_paused_cancelled_or_accepted_says_so(desk: Desk) -> None:
    connection = await desk.store().connection()
    assert not await pause(connection, SIZES.name, is_paused=True)
    assert not await cancel(connection, SIZES.name)
    await request(connection, SIZES, Wish(), by="me", why=None)
    assert await pause(connection, SIZES.name, is_paused=True)
    [replay] = await at_work(connection)
    assert replay.is_paused
    assert await accept(connection, SIZES, "why not") is None
    await advance(connection, replay, State.REFUSED, "it differs")
    assert await accept(connection, SIZES, "it is meant to") == replay.id
    accepted = await last_of(connection, SIZES.name)
    assert accepted
    assert (accepted.state, accepted.accepts, accepted.problem) == (State.VERIFYING, True, None)
    assert await cancel(connection, SIZES.name)
    [cancelled] = await at_work(connection)
    assert (cancelled.is_cancelled, cancelled.is_paused) == (True, False)
