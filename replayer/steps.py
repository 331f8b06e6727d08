"""What is done in each state of a replay. A step may be left at any moment, and taken again from its beginning."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import asyncpg

from engine.audit.sources import Sources
from engine.audit.verdict import Verdict
from engine.audit.verifying import CheckpointsApart, verify
from engine.log.moments import sequences_at
from engine.log.reader import LogReader
from engine.projection.contract import ReadModel
from engine.projection.generations import version_of
from engine.projection.roll_call import is_followed
from engine.projection.store import Store
from engine.rebuild.beginning import begin
from engine.rebuild.finishing import drop_generation, finish
from engine.replays.comparable import are_comparable
from engine.replays.outcome import keep_differences
from engine.replays.replay import Replay, State
from engine.replays.steps import advance, explain, hand_over
from engine.replays.swapping import NotAllowed, SwapRaced, require_no_newly_parked, serving_number, swap_soon
from replayer.catching_up import CatchingUp
from replayer.workers import Workers

_SWAP_PATIENCE_S = 5.0
_NOBODY_FOLLOWS_S = 1.0
_LARGE_SAMPLE = 2_000


class Steps:
    """Takes one step after another; each ends with the replay in another state."""

    def __init__(
        self, store: Store, reader: LogReader, sources: Sources, catching_up: CatchingUp, workers: Workers
    ) -> None:
        self._store, self._reader, self._sources = store, reader, sources
        self._catching_up, self._workers = catching_up, workers
        self._steps = {
            State.INDEXING: self._index,
            State.CATCHING_UP: self._catch_up,
            State.VERIFYING: self._verify,
            State.SWAPPING: self._swap,
        }

    async def take(self, replays: Sequence[Replay], models: Mapping[str, ReadModel]) -> None:
        """Several replays are in one state, and not yet built."""
        connection = await self._store.connection()
        [replay, *_] = replays
        if replay.is_cancelled:
            await self._cancel(connection, replay)
        elif replay.state is State.QUEUED:
            await self._begin(connection, replays, models)
        elif replay.state is State.BUILDING:
            await self._build(connection, replays)
        else:
            await self._steps[replay.state](connection, replay, models[replay.model])

    async def _begin(
        self, connection: "asyncpg.Connection[Any]", replays: Sequence[Replay], models: Mapping[str, ReadModel]
    ) -> None:
        """All up to the same events, so that they can be built in one reading."""
        head = await self._reader.head()
        for replay in replays:
            targets = head.sequences if replay.until is None else await sequences_at(self._sources.log, replay.until)
            await begin(connection, replay.id, models[replay.model], targets, head.epoch)
            await advance(connection, replay, State.BUILDING)

    async def _build(self, connection: "asyncpg.Connection[Any]", replays: Sequence[Replay]) -> None:
        await self._workers.run(connection, replays)
        for replay in replays:
            await advance(connection, replay, State.INDEXING)

    async def _index(self, connection: "asyncpg.Connection[Any]", replay: Replay, model: ReadModel) -> None:
        await finish(connection, replay.id, model)
        if replay.until is None:
            await advance(connection, replay, State.CATCHING_UP)
        else:
            async with connection.transaction():
                await hand_over(connection, replay, to="frozen")
                await advance(connection, replay, State.DONE)

    async def _catch_up(self, connection: "asyncpg.Connection[Any]", replay: Replay, model: ReadModel) -> None:
        await self._catching_up.to_head(model, _number(replay))
        async with connection.transaction():
            await hand_over(connection, replay, to="following")
            await advance(connection, replay, State.VERIFYING)

    async def _verify(self, connection: "asyncpg.Connection[Any]", replay: Replay, model: ReadModel) -> None:
        old, new = await serving_number(connection, model.name), _number(replay)
        try:
            verdict = await self._verdict(connection, model, old, new)
        except NotAllowed as reason:
            await advance(connection, replay, State.REFUSED, str(reason))
            return
        except CheckpointsApart as reason:
            await explain(connection, replay, str(reason))
            raise
        async with connection.transaction():
            await keep_differences(connection, replay.id, verdict.as_json())
            if not verdict.is_same and not replay.accepts:
                tables = ", ".join(each.table for each in verdict.differences)
                await advance(connection, replay, State.REFUSED, f"differs from what is served in {tables}")
            else:
                await advance(connection, replay, State.SWAPPING if replay.swaps else State.DONE)

    async def _verdict(
        self, connection: "asyncpg.Connection[Any]", model: ReadModel, old: int | None, new: int
    ) -> Verdict:
        """What cannot be compared with the serving generation is compared with the log alone, and more of it."""
        if old is not None:
            await require_no_newly_parked(connection, model.name, old, new)
        if old is None or not await self._are_comparable(connection, model, old, new):
            return await verify(self._sources, model, new=new, serving=None, sample=_LARGE_SAMPLE)

        async def bring(sequences: Mapping[int, int]) -> None:
            if not await is_followed(connection, model.name, model.version):
                await self._catching_up.up_to(model, new, sequences)

        return await verify(self._sources, model, new=new, serving=old, bring=bring)

    async def _are_comparable(
        self, connection: "asyncpg.Connection[Any]", model: ReadModel, old: int, new: int
    ) -> bool:
        """One that nobody follows stands still: both are never seen at the same events."""
        version = await version_of(connection, model.name, old)
        if version != model.version and not await is_followed(connection, model.name, version):
            return False
        return await are_comparable(connection, model.name, old, new)

    async def _swap(self, connection: "asyncpg.Connection[Any]", replay: Replay, model: ReadModel) -> None:
        await self._until_followed(connection, replay, model)
        old = await serving_number(connection, model.name)
        try:
            await swap_soon(connection, model.name, old, _number(replay), patience_s=_SWAP_PATIENCE_S)
        except SwapRaced:  # what was verified against is not what readers see
            await advance(connection, replay, State.VERIFYING)
        except NotAllowed as reason:
            await advance(connection, replay, State.REFUSED, str(reason))

    async def _until_followed(self, connection: "asyncpg.Connection[Any]", replay: Replay, model: ReadModel) -> None:
        """A generation that nobody keeps up to date must not be what readers see."""
        if await is_followed(connection, model.name, model.version):
            return
        await explain(connection, replay, f"waits for projectors of version {model.version}: start them")
        async with self._kept_up(model, _number(replay)):
            while not await is_followed(connection, model.name, model.version):  # noqa: ASYNC110 - a fact of the database
                await asyncio.sleep(_NOBODY_FOLLOWS_S)
        await explain(connection, replay, None)

    @contextlib.asynccontextmanager
    async def _kept_up(self, model: ReadModel, generation: int) -> AsyncIterator[None]:
        """Before projectors of this version run, nobody else applies what is written meanwhile."""
        keeping = asyncio.create_task(self._catching_up.keep(model, generation))
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _cancel(self, connection: "asyncpg.Connection[Any]", replay: Replay) -> None:
        if replay.generation is not None:
            await drop_generation(connection, replay.model, replay.generation)
        await advance(connection, replay, State.CANCELLED)


def _number(replay: Replay) -> int:
    if replay.generation is None:
        raise LookupError(f"replay {replay.id} is {replay.state} and has no generation")
    return replay.generation
