"""Worker processes that are killed, and the read models of the product: built as they are when they are followed."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import asyncpg
import pytest
from prometheus_client import CollectorRegistry

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.projection.batch import Batch
from engine.projection.horizon import Horizon
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projector import Projector
from engine.projection.roster import CodeVersions
from engine.projection.store import Store
from engine.rebuild.finishing import finish
from engine.rebuild.work import End
from kit.database import open_pool
from ops.generating.history import History
from ops.generating.writing import write
from ops.progress import Progress
from read_models.registry import MODELS
from tests.rebuild.site import Site, open_site
from tests.servers import ROOT, Database

_EVENTS = 2_500
_ERASE = "UPDATE personal_keys SET key = NULL WHERE account = (SELECT min(account::text)::uuid FROM personal_keys)"


@pytest.fixture
async def site(log_database: Database, read_database: Database) -> AsyncIterator[Site]:
    """A log of generated events, with an author whose texts are erased, and every read model following it."""
    history = History(11, authors=20)
    await write(log_database.url("command"), history, seed=11, events=_EVENTS, progress=Progress("events", _EVENTS))
    owner = await asyncpg.connect(log_database.url("owner"))
    await owner.execute(_ERASE)
    await owner.close()
    await _follow(log_database, read_database)
    async with open_site(log_database, read_database, EVENTS) as opened:
        yield opened


async def _follow(log: Database, read: Database) -> None:
    pool = await open_pool(log.url("projector"), size=2, application_name="following")
    reader, store = LogReader(pool), Store(read.url("projector"), application_name="following")
    with ThreadPoolExecutor(1) as renderers:
        batch = Batch(store, Codec(EVENTS, UPCASTERS), KeyRing(pool), renderers)
        projector = Projector(CodeVersions(MODELS), Horizon(EVENTS), [batch], ProjectionMetrics(CollectorRegistry()))
        for partition in await projector.load(await reader.head()):
            await projector.apply({partition: await reader.partition(partition, 0, limit=_EVENTS)})
    await store.close()
    await pool.close()


@contextmanager
def _workers(log: Database, read: Database, replays: Sequence[int]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two of them, killed at the end if they still run."""
    settings = {"PALIMPSEST_LOG_URL": log.url("projector"), "PALIMPSEST_READ_URL": read.url("projector")}
    command = [sys.executable, "-m", "replayer.worker", *map(str, replays)]
    workers = [subprocess.Popen(command, cwd=ROOT, env=settings, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


async def test_killed_workers_leave_what_following_would(
    site: Site, log_database: Database, read_database: Database
) -> None:
    replays = [await site.ask(model, rate=2_000) for model in MODELS]
    goals = sorted(random.Random(5).sample(range(_EVENTS // 20, _EVENTS), 3))  # noqa: S311 - moments, not secrets
    for goal in goals:
        with _workers(log_database, read_database, replays):
            async with asyncio.timeout(60):
                while (await site.progress(replays[0]))[0] < goal:
                    await asyncio.sleep(0.01)
    with _workers(log_database, read_database, replays) as workers:
        async with asyncio.timeout(90):
            codes = [await asyncio.to_thread(worker.wait) for worker in workers]
    assert codes == [End.NOTHING_LEFT] * 2
    for replay, model in zip(replays, MODELS, strict=True):
        await finish(site.connection, replay, model)
        assert await site.look(model, await site.number(replay)) == await site.look(model, 1), model.name
