"""Rehearses one partition, in a process of its own."""

import asyncio
import os
import signal

import asyncpg

from domain.catalogue import AGGREGATES, EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from kit.database import open_pool
from ops.rehearsing.decoding import Decoding
from ops.rehearsing.key_folds import Folds, KeyFolds
from ops.rehearsing.reading import pages_by_key
from ops.rehearsing.tally import Tally
from read_models.registry import MODELS

_APPLICATION = "palimpsest rehearse"
_POLITE = 10


def prepare_worker() -> None:
    """Gives way to the processes that serve, and dies at once of a Ctrl-C."""
    os.nice(_POLITE)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def rehearse_partition(url: str, partition: int, up_to: int) -> Tally:
    """Folds all events of the partition up to this sequence. Holds one page and one key's rows."""
    return asyncio.run(_rehearse(url, partition, up_to))


async def _rehearse(url: str, partition: int, up_to: int) -> Tally:
    tally, folds = Tally(), Folds(MODELS, AGGREGATES)
    connection = await asyncpg.connect(url, server_settings={"application_name": _APPLICATION})
    try:
        async with await open_pool(url, size=1, application_name=_APPLICATION) as pool:
            known = frozenset(kind.__name__ for kind in EVENTS)
            decoding = Decoding(Codec(EVENTS, UPCASTERS), KeyRing(pool), known)
            key, at_key = None, KeyFolds(folds, tally)
            async for page in pages_by_key(connection, partition, up_to):
                for event in await decoding.decode(page):
                    if event.stored.key != key:
                        key, at_key = event.stored.key, KeyFolds(folds, tally)
                        tally.keys += 1
                    at_key.take(event)
                tally.events += len(page)
    finally:
        await connection.close()
    return tally
