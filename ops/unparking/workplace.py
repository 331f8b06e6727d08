"""Everything that folding parked events takes, opened beside the running projectors."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.projection.batch import Batch
from engine.projection.release import Release
from engine.projection.store import Store
from kit.database import open_pool
from ops.databases import OperatorUrls

_NAME = "palimpsest parked"


@asynccontextmanager
async def open_release(urls: OperatorUrls) -> AsyncIterator[tuple[Release, Store]]:
    store = Store(urls.read, application_name=_NAME)
    try:
        async with await open_pool(urls.log, size=2, application_name=_NAME) as pool:
            with ThreadPoolExecutor(1) as renderers:
                batch = Batch(store, Codec(EVENTS, UPCASTERS), KeyRing(pool), renderers)
                yield Release(store, batch, LogReader(pool)), store
    finally:
        await store.close()
