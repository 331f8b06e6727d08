"""Where a hook's messages go, what it is told of, or what they are signed with changes; what is left out stays."""

from typing import Annotated

from pydantic import Field

from domain.command import Context, Decision
from domain.partial import PartialChange
from domain.text import SINGLE_LINE, STRIPPED
from domain.webhooks.endpoint import Endpoint
from domain.webhooks.events import WebhookChanged
from domain.webhooks.kinds import Kinds
from domain.webhooks.signing import rotated
from domain.webhooks.webhook import Webhook
from domain.webhooks.webhook_command import WebhookCommand, own_webhook, require_https


class ChangeWebhook(PartialChange, WebhookCommand):
    url: Endpoint | None = None
    kinds: Kinds | None = None
    description: Annotated[str, STRIPPED, Field(max_length=200), SINGLE_LINE] | None = None
    rotate_secret: bool = False
    """Sign with a new secret, which is shown once; messages bear the signature of the one before too, for a day."""

    def decide(self, state: Webhook | None, context: Context) -> Decision:
        webhook = own_webhook(state, context)
        changes = self.changes(lambda field, value: value != getattr(webhook, field, False))
        if not changes:
            return Decision()
        if "url" in changes:
            require_https(changes["url"], context)
        secrets = rotated(context) if changes.pop("rotate_secret", False) else ()
        changed = (*changes, *(("rotate_secret",) if secrets else ()))
        return Decision(events=(WebhookChanged(webhook=self.webhook, changed=changed, **changes),), secrets=secrets)
