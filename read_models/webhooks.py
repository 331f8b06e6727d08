"""Webhooks: which addresses are told what, and which are paused. Their secrets are nowhere here."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text, Uuid

from domain.webhooks import events as e
from engine.log.records import Recorded
from engine.projection.contract import Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE, MOMENT

WEBHOOKS = Table(
    "webhooks",
    MetaData(),
    Column("webhook", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("kinds", BYTEWISE, nullable=False),
    Column("description", Text, nullable=False),
    Column("status", BYTEWISE, nullable=False),
    Column("reason", Text),
    Column("is_automatic", Boolean, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("updated_at", MOMENT, nullable=False),
)


class Webhook(NamedTuple):
    webhook: UUID
    version: int
    url: str
    kinds: str
    """With spaces between them."""
    description: str
    status: str
    """active or paused."""
    reason: str | None
    """Why it is paused; None when it is not, or nobody said."""
    is_automatic: bool
    """Whether the system has paused it."""
    created_at: datetime
    updated_at: datetime


def by_webhook(recorded: Recorded) -> tuple[UUID]:
    return (recorded.event.webhook,)


def _fold(row: Webhook | None, recorded: Recorded, _memo: Memo) -> Webhook | None:
    event: e.AnyWebhookEvent = recorded.event
    if isinstance(event, e.WebhookRegistered):
        return _begun(event, recorded)
    if row is None or isinstance(event, e.WebhookRemoved):
        return None
    return row._replace(version=recorded.version, updated_at=recorded.recorded_at, **_changes(event))


def _begun(event: e.WebhookRegistered, recorded: Recorded) -> Webhook:
    return Webhook(
        webhook=event.webhook,
        version=recorded.version,
        url=event.url,
        kinds=" ".join(event.kinds),
        description=event.description,
        status="active",
        reason=None,
        is_automatic=False,
        created_at=recorded.recorded_at,
        updated_at=recorded.recorded_at,
    )


def _changes(event: e.AnyWebhookEvent) -> dict[str, Any]:
    match event:
        case e.WebhookChanged():
            changed = {name: getattr(event, name) for name in ("url", "description") if name in event.changed}
            return changed | ({"kinds": " ".join(event.kinds or ())} if "kinds" in event.changed else {})
        case e.WebhookPaused():
            return {"status": "paused", "reason": event.reason or None, "is_automatic": event.is_automatic}
        case e.WebhookResumed():
            return {"status": "active", "reason": None, "is_automatic": False}
        case _:
            return {}


MODEL = ReadModel(
    "webhooks",
    version=1,
    folds=(
        RowFold(
            table=WEBHOOKS,
            row=Webhook,
            events=(
                e.WebhookRegistered,
                e.WebhookChanged,
                e.WebhookPaused,
                e.WebhookResumed,
                e.WebhookTestRequested,
                e.WebhookRemoved,
            ),
            key=by_webhook,
            fold=_fold,
        ),
    ),
)
