"""Whatever one event's wrong treatment changes is found: before the swap, and by the audit within one cycle."""

import random
from typing import get_args

import pytest
from prometheus_client import CollectorRegistry

from engine.audit.auditing import Auditor
from engine.audit.metrics import AuditMetrics
from engine.audit.pacing import Pace
from engine.audit.serving import verify_every_key
from engine.audit.verifying import verify
from engine.projection.contract import ReadModel
from tests.audit.histories import history
from tests.audit.sabotage import Lie, sabotaged
from tests.audit.workshop import Workshop
from tests.projection.notebook import Notebook
from tests.projection.notes import notes_model, pages_model

_SEEDS = range(8)
_LIES = get_args(Lie)


@pytest.mark.parametrize("model", [notes_model(), pages_model()], ids=lambda model: model.name)
async def test_verify_finds_all_that_a_wrong_build_changes(
    notebook: Notebook, workshop: Workshop, model: ReadModel
) -> None:
    found = 0
    for seed in _SEEDS:
        luck = random.Random(seed)  # noqa: S311 - the same history for the same seed
        new = await notebook.write(*history(luck, 20, f"{seed}-"))
        honest, wrong = 2 * seed + 1, 2 * seed + 2
        await workshop.built(model, honest, notebook.events, "retired")
        await workshop.built(
            sabotaged(model, luck.choice(_LIES), luck.choice(new).position), wrong, notebook.events, "following"
        )
        is_same = await workshop.look(model, honest) == await workshop.look(model, wrong)
        for sample in (0, 50):
            verdict = await verify(workshop.sources, model, new=wrong, serving=honest, sample=sample)
            assert verdict.is_same == is_same, (seed, verdict)
        found += not is_same
    assert found


@pytest.mark.parametrize("model", [notes_model(), pages_model()], ids=lambda model: model.name)
async def test_the_audit_finds_all_that_a_wrong_projector_changes(
    notebook: Notebook, workshop: Workshop, model: ReadModel
) -> None:
    found = 0
    for seed in _SEEDS:
        luck = random.Random(seed)  # noqa: S311 - the same history for the same seed
        new = await notebook.write(*history(luck, 20, f"{seed}-"))
        wrong, honest = 2 * seed + 1, 2 * seed + 2
        await workshop.change("UPDATE projection.generations SET state = 'retired'")
        await workshop.built(
            sabotaged(model, luck.choice(_LIES), luck.choice(new).position), wrong, notebook.events, "serving"
        )
        await workshop.built(model, honest, notebook.events, "following")
        is_same = await workshop.look(model, honest) == await workshop.look(model, wrong)
        assert (await verify_every_key(workshop.sources, model, wrong)).is_same == is_same, seed
        auditor = Auditor(workshop.sources, Pace(cycle_s=0), AuditMetrics(CollectorRegistry()))
        assert await auditor.audit(model)
        assert (not [row for row in await workshop.drift() if row[1] == wrong]) == is_same, seed
        found += not is_same
    assert found
