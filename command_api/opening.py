"""Makes what the doors work with from the settings, and closes it again."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from prometheus_client import CollectorRegistry

from command_api.auth.api_tokens import ApiTokens
from command_api.auth.passwords import Passwords
from command_api.auth.sessions import Sessions
from command_api.auth.signing_keys import SigningKeys
from command_api.auth.standing import API_TOKEN, Standing
from command_api.auth.stored_secrets import StoredSecrets
from command_api.auth.throttle import Limits, Throttle
from command_api.media.uploads import Uploads
from command_api.newest import Newest
from command_api.parts import Parts
from domain.accounts.account import Account
from domain.catalogue import EVENTS, UPCASTERS
from engine.commands.executor import CommandExecutor
from engine.log.answers import Answers
from engine.log.appender import Appender
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.names import Names
from engine.log.reader import LogReader
from kit.blobs.blobs import Blobs
from kit.blobs.places import NotAPlace
from kit.database import open_pool
from kit.http.bearer import Principal, TokenVerifier
from kit.metrics import new_registry
from kit.settings import Settings

_POOL_SIZE = 8
_SHORTEST_SECRET = 32


class SettingMissing(ValueError):  # noqa: N818 - named for the fact
    """A setting that this process cannot do without."""


def secret_of(settings: Settings) -> bytes:
    """The system's secret as bytes.

    Raises:
        SettingMissing: it is absent, no base64, or too short.
    """
    try:
        secret = base64.b64decode(settings.secret.get_secret_value(), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) < _SHORTEST_SECRET:
        raise SettingMissing(f"PALIMPSEST_SECRET must be at least {_SHORTEST_SECRET} bytes in base64")
    return secret


@asynccontextmanager
async def opened(
    settings: Settings, *, registry: CollectorRegistry | None = None, limits: Limits | None = None
) -> AsyncIterator[Parts]:
    """Everything the doors need, for as long as the context lasts. The log may be down: doors then answer 503."""
    secret_of(settings)
    if not settings.log_url:
        raise SettingMissing("PALIMPSEST_LOG_URL is not set")
    try:
        uploads = Uploads(Blobs(settings.media_place), settings)
    except NotAPlace as reason:
        raise SettingMissing(str(reason)) from None
    pool = await open_pool(settings.log_url, size=_POOL_SIZE, application_name="command_api")
    appender = Appender(settings.log_url)
    await appender.start()
    known = registry or new_registry()
    parts = _assembled(settings, pool, appender, uploads, registry=known, limits=limits or Limits())
    try:
        yield parts
    finally:
        await appender.stop()
        parts.passwords.close()
        await _close(pool)


def _assembled(  # noqa: PLR0913 - what it puts together
    settings: Settings,
    pool: "asyncpg.Pool[asyncpg.Record]",
    appender: Appender,
    uploads: Uploads,
    *,
    registry: CollectorRegistry,
    limits: Limits,
) -> Parts:
    secret = secret_of(settings)
    executor, keys = _executor(pool, secret, appender), SigningKeys(pool, secret, settings.token_algorithm)
    sessions, api_tokens = Sessions(pool, secret), ApiTokens(pool)

    async def load(account: UUID) -> Account | None:
        state, _ = await executor.load(Account, f"account-{account}")
        return state if isinstance(state, Account) else None

    async def introspect(token: str) -> Principal | None:
        found = await api_tokens.find(token)
        return None if found is None else Principal(found.account, frozenset(), f"{API_TOKEN}{found.id}")

    return Parts(
        settings=settings,
        secret=secret,
        registry=registry,
        pool=pool,
        executor=executor,
        newest=Newest(LogReader(pool).head),
        names=Names(pool, secret),
        keys=keys,
        sessions=sessions,
        api_tokens=api_tokens,
        stored_secrets=StoredSecrets(pool),
        passwords=Passwords(),
        throttle=Throttle(pool, secret),
        verifier=TokenVerifier(keys.jwks, introspect=introspect),
        standing=Standing(sessions, api_tokens, load),
        uploads=uploads,
        limits=limits,
    )


def _executor(pool: "asyncpg.Pool[asyncpg.Record]", secret: bytes, appender: Appender) -> CommandExecutor:
    return CommandExecutor(
        appender=appender,
        reader=LogReader(pool),
        names=Names(pool, secret),
        keyring=KeyRing(pool),
        codec=Codec(EVENTS, UPCASTERS),
        answers=Answers(pool),
    )


async def _close(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    try:
        async with asyncio.timeout(5):
            await pool.close()
    except TimeoutError:
        pool.terminate()
