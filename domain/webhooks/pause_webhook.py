"""A hook is sent nothing for a while; what happens meanwhile waits."""

from typing import Annotated

from pydantic import Field

from domain.command import Context, Decision
from domain.text import Line
from domain.webhooks.events import WebhookPaused
from domain.webhooks.webhook import Webhook
from domain.webhooks.webhook_command import WebhookCommand, own_webhook


class PauseWebhook(WebhookCommand):
    reason: Annotated[Line, Field(max_length=200)] = ""
    """For those who look after it."""

    def decide(self, state: Webhook | None, context: Context) -> Decision:
        if own_webhook(state, context).status == "paused":
            return Decision()
        is_automatic = context.actor.is_system
        return Decision(events=(WebhookPaused(webhook=self.webhook, reason=self.reason, is_automatic=is_automatic),))
