"""What can happen to a webhook. None holds its secret."""

from typing import Any, TypeAlias
from uuid import UUID

from domain.event import Event


class WebhookEvent(Event):
    """An event of the stream `webhook-<id>`."""

    webhook: UUID


class WebhookRegistered(WebhookEvent):
    owner: UUID | None
    """Who registered it; None: the system."""
    url: str
    kinds: tuple[str, ...]
    """What it is told of."""
    description: str
    place: int
    """Which of the site's numbered places it takes, from 1."""


class WebhookChanged(WebhookEvent):
    """Carries the fields named in `changed` alone; the others are None and mean nothing."""

    changed: tuple[str, ...]
    """Of `url`, `kinds`, `description`, `rotate_secret`: the last says that messages are signed anew."""
    url: str | None = None
    kinds: tuple[str, ...] | None = None
    description: str | None = None

    def new(self, field: str, old: Any) -> Any:
        """The field's value after this change."""
        return getattr(self, field) if field in self.changed else old


class WebhookPaused(WebhookEvent):
    """Nothing is sent until it is resumed."""

    reason: str
    is_automatic: bool
    """Because its address took nothing for long, or said that it is gone."""


class WebhookResumed(WebhookEvent):
    """What was not sent meanwhile is sent now."""


class WebhookTestRequested(WebhookEvent):
    """Somebody wants to see a message arrive."""


class WebhookRemoved(WebhookEvent):
    """Final."""


AnyWebhookEvent: TypeAlias = (
    WebhookRegistered | WebhookChanged | WebhookPaused | WebhookResumed | WebhookTestRequested | WebhookRemoved
)
