"""The step in which what was built is compared with what is served, and with the log."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from engine.audit.sampling import Folded, sampled_keys
from engine.audit.sources import Sources
from engine.audit.verdict import Verdict
from engine.audit.verifying import CheckpointsApart, compared, verify
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


class Verification:
    def __init__(self, sources: Sources, catching_up: CatchingUp) -> None:
        self._sources, self._catching_up = sources, catching_up

    async def verify(self, connection: "asyncpg.Connection[Any]", asked: Asked) -> None:
        """Keys are folded afresh for all of them in one reading of the log; then each is compared, and goes on.

        Raises:
            CheckpointsApart: one could not be compared.
        """
        generations = [(model, replay.number) for replay, model in asked]
        apart: CheckpointsApart | None = None
        for each, sampled in zip(asked, await sampled_keys(self._sources, generations, _SAMPLE), strict=True):
            try:
                await self._judge(connection, *each, sampled)
            except CheckpointsApart as reason:
                await explain(connection, each[0], str(reason))
                apart = reason
        if apart is not None:
            raise apart

    async def _judge(
        self, connection: "asyncpg.Connection[Any]", replay: Replay, model: ReadModel, sampled: Folded
    ) -> None:
        old = await serving_number(connection, model.name)
        try:
            verdict = await self._verdict(connection, model, old, replay.number, sampled)
        except NotAllowed as reason:
            await advance(connection, replay, State.REFUSED, str(reason))
            return
        async with connection.transaction():
            await keep_differences(connection, replay.id, verdict.as_json())
            if not verdict.is_same and not replay.accepts:
                tables = ", ".join(each.table for each in verdict.differences)
                await advance(connection, replay, State.REFUSED, f"differs from what is served in {tables}")
            else:
                await advance(connection, replay, State.SWAPPING if replay.swaps else State.DONE)

    async def _verdict(
        self, connection: "asyncpg.Connection[Any]", model: ReadModel, old: int | None, new: int, sampled: Folded
    ) -> Verdict:
        """What cannot be compared with the serving generation is compared with the log alone, and more of it."""
        if old is not None:
            await require_no_newly_parked(connection, model.name, old, new)
        if old is None or not await self._are_comparable(connection, model, old, new):
            return await verify(self._sources, model, new=new, serving=None, sample=_LARGE_SAMPLE)
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
