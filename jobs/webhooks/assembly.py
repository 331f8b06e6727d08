"""Puts together what tells hooks, from the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from prometheus_client import CollectorRegistry

from engine.commands.executor import CommandExecutor
from jobs.webhooks.claims import Claims
from jobs.webhooks.courier import AT_ONCE, MOST, Courier
from jobs.webhooks.health import Health
from jobs.webhooks.metrics import WebhookMetrics
from jobs.webhooks.patience import Patience
from jobs.webhooks.records import Records
from jobs.webhooks.scan import Scan
from jobs.webhooks.secrets import SigningSecrets
from jobs.webhooks.sending import sending
from jobs.webhooks.telling import Telling
from jobs.webhooks.upkeep import Upkeep
from kit.database import open_pool
from kit.settings import Settings

_CONNECTIONS = 4


class Webhooks(NamedTuple):
    courier: Courier
    upkeep: Upkeep


@asynccontextmanager
async def webhooks(
    settings: Settings, executor: CommandExecutor, registry: CollectorRegistry
) -> AsyncIterator[Webhooks]:
    """With connections of its own for as long as the context lasts: other jobs do not wait for it, nor it for them."""
    name = f"palimpsest webhooks {settings.instance}"
    pool = await open_pool(settings.log_url, size=_CONNECTIONS, application_name=name, is_stateless=True)
    networks, allows_http = settings.webhook_networks, settings.webhook_http
    async with pool, sending(networks, most=MOST, allows_http=allows_http) as sender:
        patience, metrics = Patience(settings.webhook_patience_s), WebhookMetrics(registry)
        telling = Telling(
            sending=sender,
            secrets=SigningSecrets(pool),
            records=Records(pool),
            health=Health(pool, executor, patience),
            patience=patience,
            metrics=metrics,
        )
        yield Webhooks(Courier(Scan(pool, executor), Claims(pool, at_once=AT_ONCE), telling), Upkeep(pool, metrics))
