"""Puts the projectors process together from its settings."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from domain.catalogue import EVENTS, UPCASTERS
from engine.following.contract import Feed
from engine.following.follower import Follower
from engine.following.kafka_feed import KafkaFeed
from engine.following.log_feed import LogFeed
from engine.following.metrics import FollowerMetrics
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.projection.batch import Batch
from engine.projection.contract import ReadModel
from engine.projection.horizon import Horizon
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projector import Projector
from engine.projection.roll_call import RollCall
from engine.projection.roster import CodeVersions
from engine.projection.store import Store
from kit.database import open_pool
from kit.settings import Settings
from projectors.group import group_of

_RENDERING_THREADS = 2
_LANES = 2


@dataclass(frozen=True, slots=True)
class Parts:
    follower: Follower
    projector: Projector
    roll_call: RollCall

    def readiness(self) -> list[str]:
        return [*self.follower.readiness(), *self.projector.readiness()]


@contextlib.asynccontextmanager
async def assembled(
    settings: Settings, models: Sequence[ReadModel], registry: CollectorRegistry
) -> AsyncIterator[Parts]:
    """The parts, with the connections that they need for as long as the context lasts."""
    name = f"palimpsest projectors {settings.instance}"
    stores = [Store(settings.read_url, application_name=name) for _ in range(_LANES + 1)]
    with ThreadPoolExecutor(_RENDERING_THREADS, thread_name_prefix="rendering") as renderers:
        async with await open_pool(settings.log_url, size=3, application_name=name, is_stateless=True) as pool:
            reader = LogReader(pool)
            codec, keyring = Codec(EVENTS, UPCASTERS), KeyRing(pool)
            *lane_stores, looking = stores
            lanes = [Batch(store, codec, keyring, renderers) for store in lane_stores]
            roster = CodeVersions(models)
            projector = Projector(roster, Horizon(EVENTS), lanes, ProjectionMetrics(registry))
            feed = _feed(settings, models, reader)
            try:
                follower = Follower(projector, feed, reader, FollowerMetrics(registry))
                yield Parts(follower, projector, RollCall(looking, roster, follower.reload))
            finally:
                for store in stores:
                    await store.close()


def _feed(settings: Settings, models: Sequence[ReadModel], reader: LogReader) -> Feed:
    if settings.bus == "log":
        return LogFeed(reader)
    return KafkaFeed(settings.kafka, settings.topic, reader, group=group_of(models), instance=settings.instance)
