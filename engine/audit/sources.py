"""What audits read from: the log with the keys beside it, and the read database."""

from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from kit.database import open_pool

_LOG_CONNECTIONS = 2
_STATEMENT_S = 600


@dataclass(frozen=True, slots=True)
class Sources:
    """`read_url` with the role that owns the generations; the log's role needs to read events and keys alone."""

    log: "asyncpg.Pool[Any]"
    read_url: str
    codec: Codec
    keyring: KeyRing
    renderers: Executor


@asynccontextmanager
async def opened_sources(log_url: str, read_url: str, codec: Codec) -> AsyncIterator[Sources]:
    """Pools of their own, so that an audit never takes a connection that a projector waits for."""
    name = "palimpsest audit"
    with ThreadPoolExecutor(1, thread_name_prefix="rendering") as renderers:
        async with await open_pool(
            log_url, size=_LOG_CONNECTIONS, application_name=name, command_timeout_s=_STATEMENT_S, is_stateless=True
        ) as pool:
            # Keys are looked up anew each time. One that was destroyed a moment ago would bring text back here
            # which a generation built since then rightly lacks.
            yield Sources(pool, read_url, codec, KeyRing(pool, ttl_s=0), renderers)
