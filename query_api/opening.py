"""Makes what the doors work with from the settings, and closes it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from prometheus_client import CollectorRegistry

from kit.blobs.blobs import Blobs
from kit.blobs.places import NotAPlace
from kit.database import open_pool
from kit.http.bearer import TokenVerifier
from kit.metrics import new_registry
from kit.settings import Settings
from query_api.command_side import ApiTokens, SigningKeys, client
from query_api.consistency import Consistency
from query_api.database import SESSION, Database
from query_api.live_changes import LiveChanges
from query_api.parts import Parts
from query_api.viewers import Viewers

_POOL_SIZE = 8
_COMMAND_TIMEOUT_S = 6.0


class SettingMissing(ValueError):  # noqa: N818 - named for the fact
    """A setting that this process cannot do without."""


@asynccontextmanager
async def opened(settings: Settings, *, registry: CollectorRegistry | None = None) -> AsyncIterator[Parts]:
    """Everything the doors need, for as long as the context lasts. The database may be down: doors answer 503."""
    if not settings.read_url:
        raise SettingMissing("PALIMPSEST_READ_URL is not set")
    try:
        blobs = Blobs(settings.media_place)
    except NotAPlace as reason:
        raise SettingMissing(str(reason)) from None
    pool = await open_pool(
        settings.read_url,
        size=_POOL_SIZE,
        application_name=f"palimpsest query_api {settings.instance}",
        command_timeout_s=_COMMAND_TIMEOUT_S,
        session=SESSION,
        is_stateless=True,
    )
    async with client(settings.command_url) as http:
        keys, database = SigningKeys(http), Database(pool)
        fetching = asyncio.create_task(keys.keep_fresh())
        verifier = TokenVerifier(keys, introspect=ApiTokens(http))
        registry = registry or new_registry()
        changes = LiveChanges(database, settings.most_listeners, registry)
        try:
            yield Parts(
                settings=settings,
                registry=registry,
                database=database,
                viewers=Viewers(verifier, database),
                consistency=Consistency(database),
                blobs=blobs,
                commands=http,
                changes=changes,
            )
        finally:
            await changes.stop()
            fetching.cancel()
            with suppress(asyncio.CancelledError):
                await fetching
            await _close(pool)


async def _close(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    try:
        async with asyncio.timeout(5):
            await pool.close()
    except TimeoutError:
        pool.terminate()
