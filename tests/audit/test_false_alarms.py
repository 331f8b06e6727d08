"""Nothing is wrong, and nobody says so: while events flow, projectors die, and keys are parked and released."""

import asyncio
import random
from contextlib import suppress

from prometheus_client import CollectorRegistry

from engine.audit.auditing import Auditor
from engine.audit.metrics import AuditMetrics
from engine.audit.pacing import Pace
from engine.audit.serving import verify_every_key, verify_sample
from engine.audit.verifying import CheckpointsApart, verify
from engine.following.limits import Limits
from engine.following.log_feed import LogFeed
from engine.projection.contract import ReadModel
from tests.audit.histories import history
from tests.audit.workshop import Workshop
from tests.following.running import following
from tests.projection.notebook import Notebook
from tests.projection.notes import notes_model, pages_model

_LOOKS = 3


class Killed(Exception):  # noqa: N818 - named for the fact
    """A projector ends in the middle of what it does."""


async def test_no_false_alarm_while_events_flow_and_projectors_die(notebook: Notebook, workshop: Workshop) -> None:
    luck = random.Random(7)  # noqa: S311 - the same history each time
    poison = {"one"}
    models = (notes_model(poison=poison), pages_model())
    for model in models:
        await workshop.begin(model, 1)
        await workshop.begin(model, 2, "following")
    projecting = asyncio.create_task(_project(workshop, models, luck, poison))
    writing = asyncio.create_task(_write(notebook, luck))
    compared = parked = 0
    try:
        while compared < _LOOKS or not parked:
            compared += await _look(workshop, models)
            parked += len(await workshop.desk.rows("projection.parked"))
            assert not projecting.done()
    finally:
        for task in (projecting, writing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _write(notebook: Notebook, luck: random.Random) -> None:
    while True:
        await notebook.write(*history(luck, 8))
        await asyncio.sleep(0)


async def _project(workshop: Workshop, models: tuple[ReadModel, ...], luck: random.Random, poison: set[str]) -> None:
    """One process after another, each ended in the middle of what it does; some find the fold put right."""
    while True:
        limits = Limits(batch_events=luck.randint(1, 9), beat_s=0.02, retry_s=0.01)
        reader = workshop.desk.reader
        with suppress(Killed):
            async with following(workshop.desk.projector(*models), LogFeed(reader), reader, limits):
                await asyncio.sleep(luck.uniform(0.05, 0.8))
                raise Killed
        if luck.random() < 0.5:
            held = set(poison)
            poison.clear()
            for note in "abcdef":
                await workshop.desk.release().release(models[0], note)
            poison |= held
        await workshop.disconnect()


async def _look(workshop: Workshop, models: tuple[ReadModel, ...]) -> int:
    """Says how often two generations could be compared."""
    compared = 0
    honest = (notes_model(), models[1])
    for model in honest:
        assert (await verify_every_key(workshop.sources, model, 1)).is_same
        assert (await verify_sample(workshop.sources, model, 2, 20)).is_same
        with suppress(CheckpointsApart):
            verdict = await verify(workshop.sources, model, new=2, serving=1, sample=5)
            assert verdict.is_same, verdict
            compared += 1
        assert await Auditor(workshop.sources, Pace(cycle_s=0), AuditMetrics(CollectorRegistry())).audit(model)
    assert await workshop.drift() == []
    return compared
