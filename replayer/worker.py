"""Folds parts of replays until none is left: `python -m replayer.worker REPLAY...`.

Ends with 0 when there is nothing left that it could take, with 3 when no worker could go on: `problem` then says why.
Any other end is a death, after which another worker goes on from the last chunk.
"""

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import uvloop

from domain.catalogue import EVENTS, UPCASTERS
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.projection.store import Store
from engine.rebuild.estimate import floor_of
from engine.rebuild.fast_moments import send_moments_fast
from engine.rebuild.part_building import Tools
from engine.rebuild.work import End, work
from kit.database import connect, open_pool
from kit.garbage import collect_rarely
from kit.logging import configure
from kit.settings import Settings
from read_models.registry import MODELS

_NICE = 10
_RENDERING_THREADS = 2
_STATEMENT_TIMEOUT_S = 300.0


@contextlib.asynccontextmanager
async def opened_tools(settings: Settings) -> AsyncIterator[Tools]:
    """The connections, for as long as the context lasts."""
    name = f"palimpsest replay worker {os.getpid()}"
    log = await connect(settings.log_url, application_name=name, command_timeout_s=_STATEMENT_TIMEOUT_S)
    store = Store(settings.read_url, application_name=name)
    with ThreadPoolExecutor(_RENDERING_THREADS, thread_name_prefix="rendering") as renderers:
        try:
            async with await open_pool(settings.log_url, size=1, application_name=name, is_stateless=True) as pool:
                read = await store.connection()
                await send_moments_fast(read)
                floor = floor_of(settings.read_url, settings.home)
                yield Tools(log, read, Codec(EVENTS, UPCASTERS), KeyRing(pool), EVENTS, renderers, floor=floor)
        finally:
            await store.close()
            await log.close(timeout=5)


async def main(settings: Settings, replays: Sequence[int]) -> End:
    async with opened_tools(settings) as tools:
        return await work(tools, replays, MODELS)


if __name__ == "__main__":
    settings = Settings()
    configure("replayer", settings.log_level)
    os.setpriority(os.PRIO_PROCESS, 0, _NICE)  # it gives way to everybody else, whoever started it
    collect_rarely()
    sys.exit(uvloop.run(main(settings, [int(each) for each in sys.argv[1:]])))
