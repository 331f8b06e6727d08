"""What is done in each state of a replay. A step may be left at any moment, and taken again from its beginning.

It is taken for all replays that are in the same state.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import asyncpg

from engine.audit.sources import Sources
from engine.log.moments import sequences_at
from engine.log.reader import LogReader
from engine.projection.contract import ReadModel
from engine.projection.roll_call import is_followed
from engine.projection.store import Store
from engine.rebuild.beginning import begin
from engine.rebuild.finishing import drop_generation, finish
from engine.replays.replay import Replay, State
from engine.replays.steps import advance, explain, hand_over
from engine.replays.swapping import BUSY, Behind, NotAllowed, SwapRaced, serving_number, swap_soon
from kit.database import connect
from replayer.catching_up import CatchingUp
from replayer.verification import Asked, Verification
from replayer.workers import Workers

_MOST_INDEXED_AT_ONCE = 4
_SWAP_PATIENCE_S = 5.0
_NOBODY_FOLLOWS_S = 1.0


class Steps:
    """Takes one step after another; each ends with the replays in another state."""

    def __init__(
        self, store: Store, reader: LogReader, sources: Sources, catching_up: CatchingUp, workers: Workers
    ) -> None:
        self._store, self._reader, self._sources = store, reader, sources
        self._catching_up, self._workers = catching_up, workers
        self._steps = {
            State.QUEUED: self._begin,
            State.BUILDING: self._build,
            State.INDEXING: self._index,
            State.CATCHING_UP: self._catch_up,
            State.VERIFYING: Verification(sources, catching_up).verify,
            State.SWAPPING: self._swap,
        }

    async def take(self, replays: Sequence[Replay], models: Mapping[str, ReadModel]) -> None:
        """Several replays are in one state."""
        connection = await self._store.connection()
        [replay, *_] = replays
        if replay.is_cancelled:
            await self._cancel(connection, replay)
        else:
            await self._steps[replay.state](connection, [(each, models[each.model]) for each in replays])

    async def _begin(self, connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        """All up to the same events, so that they can be built in one reading."""
        head = await self._reader.head()
        for replay, model in asked:
            targets = head.sequences if replay.until is None else await sequences_at(self._sources.log, replay.until)
            await begin(connection, replay.id, model, targets, head.epoch)
            await advance(connection, replay, State.BUILDING)

    async def _build(self, connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        await self._workers.run(connection, [replay for replay, _ in asked])
        for replay, _ in asked:
            await advance(connection, replay, State.INDEXING)

    async def _index(self, _connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        """So many at a time as were asked for to fold, within reason: an index takes a core, and memory."""
        left = iter(asked)
        lanes = min(_MOST_INDEXED_AT_ONCE, len(asked), max(replay.workers for replay, _ in asked))
        indexing = [asyncio.create_task(self._index_each(left)) for _ in range(lanes)]
        try:
            await asyncio.gather(*indexing)
        finally:
            for each in indexing:
                each.cancel()
            await asyncio.gather(*indexing, return_exceptions=True)

    async def _index_each(self, left: Iterator[tuple[Replay, ReadModel]]) -> None:
        connection = await connect(self._sources.read_url, application_name="palimpsest replayer indexing")
        try:
            for replay, model in left:
                await finish(connection, replay.id, model)
                if replay.until is None:
                    await advance(connection, replay, State.CATCHING_UP)
                else:
                    async with connection.transaction():
                        await hand_over(connection, replay, to="frozen")
                        await advance(connection, replay, State.DONE)
        finally:
            await connection.close(timeout=5)

    async def _catch_up(self, connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        await self._catching_up.to_head([(model, replay.number) for replay, model in asked])
        async with connection.transaction():  # all at once, so that projectors look for what they follow once
            for replay, _ in asked:
                await hand_over(connection, replay, to="following")
                await advance(connection, replay, State.VERIFYING)

    async def _swap(self, connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        """One after another. A generation that nobody keeps up to date must not be what readers see.

        What cannot be shown yet stays in this state, and is tried again.
        """
        followed = [each for each in asked if await is_followed(connection, each[1].name, each[1].version)]
        for replay, model in followed:
            await self._show(connection, replay, model)
        if not followed:
            await self._until_one_is_followed(connection, asked)

    async def _show(self, connection: "asyncpg.Connection[Any]", replay: Replay, model: ReadModel) -> None:
        old = await serving_number(connection, model.name)
        try:
            await swap_soon(connection, model.name, old, replay.number, patience_s=_SWAP_PATIENCE_S)
        except SwapRaced:  # what was verified against is not what readers see
            await advance(connection, replay, State.VERIFYING)
        except NotAllowed as reason:
            await advance(connection, replay, State.REFUSED, str(reason))
        except Behind as reason:
            await explain(connection, replay, str(reason))
        except BUSY:
            await explain(
                connection, replay, f"readers of {model.name} leave no moment to swap: look for long transactions"
            )

    async def _until_one_is_followed(self, connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        """Before projectors of these versions run, nobody else applies what is written meanwhile."""
        for replay, model in asked:
            await explain(connection, replay, f"waits for projectors of version {model.version}: start them")
        keeping = asyncio.create_task(self._catching_up.keep([(model, replay.number) for replay, model in asked]))
        try:
            while not any([await is_followed(connection, model.name, model.version) for _, model in asked]):  # noqa: ASYNC110 - a fact of the database
                await asyncio.sleep(_NOBODY_FOLLOWS_S)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        for replay, _ in asked:
            await explain(connection, replay, None)

    async def _cancel(self, connection: "asyncpg.Connection[Any]", replay: Replay) -> None:
        if replay.generation is not None:
            await drop_generation(connection, replay.model, replay.generation)
        await advance(connection, replay, State.CANCELLED)
