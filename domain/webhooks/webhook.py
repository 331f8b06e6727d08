"""The state that commands on a webhook decide on."""

from dataclasses import dataclass, replace
from typing import Literal, assert_never
from uuid import UUID

from domain.command import Name
from domain.webhooks import events as e
from domain.webhooks.places import place_name


@dataclass(frozen=True, slots=True)
class Webhook:
    id: UUID
    owner: UUID | None
    """Who registered it; None: the system."""
    url: str
    kinds: tuple[str, ...]
    description: str
    place: Name
    status: Literal["active", "paused", "removed"] = "active"

    @property
    def names(self) -> tuple[Name, ...]:
        """What its commands have claimed and not released."""
        return () if self.status == "removed" else (self.place,)

    @staticmethod
    def evolve(state: "Webhook | None", event: e.AnyWebhookEvent) -> "Webhook":
        """The state after the event; None is a stream without events."""
        if isinstance(event, e.WebhookRegistered):
            return _begun(event)
        if state is None:
            raise ValueError(f"a webhook cannot begin with {type(event).__name__}")
        return _changed(state, event)


def _begun(event: e.WebhookRegistered) -> Webhook:
    return Webhook(event.webhook, event.owner, event.url, event.kinds, event.description, place_name(event.place))


def _changed(state: Webhook, event: e.AnyWebhookEvent) -> Webhook:
    match event:
        case e.WebhookRegistered():
            return _begun(event)
        case e.WebhookChanged():
            return replace(
                state,
                url=event.new("url", state.url),
                kinds=event.new("kinds", state.kinds),
                description=event.new("description", state.description),
            )
        case e.WebhookPaused():
            return replace(state, status="paused")
        case e.WebhookResumed():
            return replace(state, status="active")
        case e.WebhookTestRequested():
            return state
        case e.WebhookRemoved():
            return replace(state, status="removed")
        case _:
            assert_never(event)
