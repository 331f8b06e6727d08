"""The step in which what was built is compared with what is served, and with the log."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from engine.audit.sampling import Folded, sampled_keys
from engine.audit.sources import Sources
from engine.audit.verdict import Verdict
from engine.audit.verifying import CheckpointsApart, compared
from engine.projection.contract import ReadModel
from engine.projection.generations import version_of
from engine.projection.roll_call import is_followed
from engine.replays.comparable import are_comparable
from engine.replays.outcome import keep_differences
from engine.replays.replay import Replay, State
from engine.replays.steps import advance, explain
from engine.replays.swapping import NotAllowed, require_no_newly_parked, serving_number
from replayer.catching_up import CatchingUp

Asked = Sequence[tuple[Replay, ReadModel]]
"""Replays in one state."""
_SAMPLE, _LARGE_SAMPLE = 200, 2_000
_SAMPLE_EVENTS = 20_000
"""Of a sample of 200, a quarter of a log's events may be: too many beside a comparison of every row."""


class Verification:
    def __init__(self, sources: Sources, catching_up: CatchingUp) -> None:
        self._sources, self._catching_up = sources, catching_up

    async def verify(self, connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        """Keys are folded afresh for all of them in one reading of the log; then each is judged, and goes on.

        What cannot be compared with the serving generation is compared with the log alone, and more of it.

        Raises:
            CheckpointsApart: one could not be compared.
        """
        alone: list[tuple[Replay, ReadModel]] = []
        apart: CheckpointsApart | None = None
        for (replay, model), sampled in zip(asked, await self._sampled(asked, _SAMPLE, _SAMPLE_EVENTS), strict=True):
            try:
                verdict = await self._compared(connection, model, replay.number, sampled)
            except NotAllowed as reason:
                await advance(connection, replay, State.REFUSED, str(reason))
            except CheckpointsApart as reason:
                await explain(connection, replay, str(reason))
                apart = reason
            else:
                if verdict is None:
                    alone.append((replay, model))
                else:
                    await _judge(connection, replay, verdict)
        for (replay, _), sampled in zip(alone, await self._sampled(alone, _LARGE_SAMPLE), strict=True):
            await _judge(connection, replay, sampled.verdict())
        if apart is not None:
            raise apart

    async def _sampled(self, asked: Asked, size: int, most_events: int | None = None) -> list[Folded]:
        generations = [(model, replay.number) for replay, model in asked]
        return await sampled_keys(self._sources, generations, size, most_events=most_events) if generations else []

    async def _compared(
        self, connection: "asyncpg.Connection[Any]", model: ReadModel, new: int, sampled: Folded
    ) -> Verdict | None:
        """None: there is nothing to compare it with.

        Raises:
            NotAllowed: keys are parked in it that readers see up to date.
            CheckpointsApart: it could not be compared at this moment.
        """
        old = await serving_number(connection, model.name)
        if old is None:
            return None
        await require_no_newly_parked(connection, model.name, old, new)
        if not await self._are_comparable(connection, model, old, new):
            return None
        if not await is_followed(connection, model.name, model.version):
            await self._catching_up.to_head([(model, new)])  # the rest is applied while what is served stands still

        async def bring(sequences: Mapping[int, int]) -> None:
            if not await is_followed(connection, model.name, model.version):
                await self._catching_up.up_to(model, new, sequences)

        return await compared(self._sources, model, new=new, serving=old, sampled=sampled, bring=bring)

    async def _are_comparable(
        self, connection: "asyncpg.Connection[Any]", model: ReadModel, old: int, new: int
    ) -> bool:
        """One that nobody follows stands still: both are never seen at the same events."""
        version = await version_of(connection, model.name, old)
        if version != model.version and not await is_followed(connection, model.name, version):
            return False
        return await are_comparable(connection, model.name, old, new)


async def _judge(connection: "asyncpg.Connection[Any]", replay: Replay, verdict: Verdict) -> None:
    async with connection.transaction():
        await keep_differences(connection, replay.id, verdict.as_json())
        if not verdict.is_same and not replay.accepts:
            tables = ", ".join(each.table for each in verdict.differences)
            await advance(connection, replay, State.REFUSED, f"differs from what is served in {tables}")
        else:
            await advance(connection, replay, State.SWAPPING if replay.swaps else State.DONE)
