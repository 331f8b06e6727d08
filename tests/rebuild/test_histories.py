"""Any history, built with however many interruptions, comes to the tables that following it comes to."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.event import Event
from engine.projection.contract import ReadModel
from engine.rebuild.finishing import finish
from engine.rebuild.part_building import ChunkLimits
from engine.rebuild.work import End
from tests.audit.histories import history
from tests.projection.notebook import Notebook, by_partition, open_desk
from tests.projection.notes import notes_model, pages_model, sizes_model, versions_model
from tests.rebuild.site import EVERY_KEY, Site, open_site
from tests.servers import Cluster


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 60), luck=st.randoms(use_true_random=False))
def test_any_history_comes_to_the_tables_that_following_it_comes_to(
    postgres: Cluster, size: int, luck: random.Random
) -> None:
    log, read = postgres.copy("log"), postgres.copy("read")
    try:
        asyncio.run(_follow_build_and_compare(Notebook(log), log, read, history(luck, size), luck))
    finally:
        postgres.drop(log)
        postgres.drop(read)


async def _follow_build_and_compare(
    notebook: Notebook, log: Any, read: Any, events: list[Event], luck: random.Random
) -> None:
    models = (notes_model(), sizes_model(), pages_model(), versions_model())
    async with open_desk(log, read) as desk, open_site(log, read) as site:
        projector = await desk.loaded(*models)
        stored = await notebook.write(*events)
        await projector.apply(by_partition(stored))
        replays = [await site.ask(model) for model in models]
        await _build(site, replays, models, luck)
        for replay, model in zip(replays, models, strict=True):
            await finish(site.connection, replay, model)
            assert await site.look(model, await site.number(replay)) == await site.look(model, 1)


async def _build(site: Site, replays: Sequence[int], models: Sequence[ReadModel], luck: random.Random) -> None:
    """Some workers end before they are done, wherever they are; some build one of the models alone."""
    for _ in range(luck.randint(0, 4)):
        number = luck.randrange(len(models) + 1)
        share = replays if number == len(models) else [replays[number]]
        async with site.working(share, *models):
            await asyncio.sleep(luck.random() * 0.05)
    limits = luck.choice((EVERY_KEY, ChunkLimits(events=7), ChunkLimits()))
    assert await site.work(replays, *models, limits=limits) is End.NOTHING_LEFT
