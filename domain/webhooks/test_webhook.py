"""Somebody wants to see a message arrive, even at a hook that is paused."""

from domain.command import Context, Decision
from domain.webhooks.events import WebhookTestRequested
from domain.webhooks.webhook import Webhook
from domain.webhooks.webhook_command import WebhookCommand, own_webhook


class TestWebhook(WebhookCommand):
    def decide(self, state: Webhook | None, context: Context) -> Decision:
        own_webhook(state, context)
        return Decision(events=(WebhookTestRequested(webhook=self.webhook),))
