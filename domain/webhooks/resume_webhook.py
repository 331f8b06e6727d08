"""A paused hook is sent messages again."""

from domain.command import Context, Decision
from domain.webhooks.events import WebhookResumed
from domain.webhooks.webhook import Webhook
from domain.webhooks.webhook_command import WebhookCommand, own_webhook


class ResumeWebhook(WebhookCommand):
    def decide(self, state: Webhook | None, context: Context) -> Decision:
        if own_webhook(state, context).status == "active":
            return Decision()
        return Decision(events=(WebhookResumed(webhook=self.webhook),))
