"""Puts the replayer together from its settings."""

import contextlib
from collections.abc import AsyncIterator, Sequence

from prometheus_client import CollectorRegistry

from domain.catalogue import EVENTS, UPCASTERS
from engine.audit.auditing import audit_forever
from engine.audit.metrics import AuditMetrics
from engine.audit.pacing import Pace
from engine.audit.sources import opened_sources
from engine.log.codec import Codec
from engine.log.reader import LogReader
from engine.projection.contract import ReadModel
from engine.projection.horizon import Horizon
from engine.projection.store import Store
from engine.rebuild.estimate import floor_of
from kit.settings import Settings
from replayer.catching_up import CatchingUp
from replayer.driving import Driver
from replayer.metrics import ReplayMetrics
from replayer.steps import Steps
from replayer.workers import Workers


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings, models: Sequence[ReadModel], registry: CollectorRegistry
) -> AsyncIterator[Driver]:
    """The driver, with the connections that it needs for as long as the context lasts."""
    name = f"palimpsest replayer {settings.instance}"
    store = Store(settings.read_url, application_name=name)
    codec = Codec(EVENTS, UPCASTERS)
    async with (
        opened_sources(settings.log_url, settings.read_url, codec) as sources,
        opened_sources(settings.log_url, settings.read_url, codec) as audited,
    ):
        reader = LogReader(sources.log)
        catching_up = CatchingUp(sources, reader, Horizon(EVENTS), settings.read_url, name=name)
        steps = Steps(store, reader, sources, catching_up, Workers())
        try:
            by_name = {each.name: each for each in models}
            driver = Driver(settings.read_url, by_name, steps, ReplayMetrics(registry), name=name)
            audit_metrics = AuditMetrics(registry)
            pace = Pace(settings.audit_cycle_s, settings.audit_share)
            driver.floor = floor_of(settings.read_url, settings.home)
            driver.beside = lambda: audit_forever(audited, models, pace, audit_metrics)
            yield driver
        finally:
            await catching_up.close()
            await store.close()
