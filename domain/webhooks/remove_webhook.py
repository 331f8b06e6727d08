"""A hook is taken away, and its secret with it."""

from domain.command import Context, Decision
from domain.webhooks.events import WebhookRemoved
from domain.webhooks.signing import removed
from domain.webhooks.webhook import Webhook
from domain.webhooks.webhook_command import WebhookCommand, own_webhook


class RemoveWebhook(WebhookCommand):
    def decide(self, state: Webhook | None, context: Context) -> Decision:
        webhook = own_webhook(state, context)
        return Decision(events=(WebhookRemoved(webhook=self.webhook),), releases=(webhook.place,), secrets=removed())
