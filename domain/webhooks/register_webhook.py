"""An address elsewhere is to be told what becomes public, changes or is withdrawn."""

from typing import Annotated

from pydantic import Field

from domain.command import Context, Decision
from domain.rights import require_admin
from domain.text import SINGLE_LINE, STRIPPED
from domain.webhooks.endpoint import Endpoint
from domain.webhooks.events import WebhookRegistered
from domain.webhooks.kinds import KINDS, Kinds
from domain.webhooks.places import free_place, place_name
from domain.webhooks.refusals import WebhookExists
from domain.webhooks.signing import first_secret
from domain.webhooks.webhook import Webhook
from domain.webhooks.webhook_command import WebhookCommand, require_https


class RegisterWebhook(WebhookCommand):
    url: Endpoint
    """Where messages go, such as https://example.org/hooks."""
    kinds: Kinds = KINDS
    """What it is told of; everything when left out."""
    description: Annotated[str, STRIPPED, Field(max_length=200), SINGLE_LINE] = ""
    """For those who look after it."""

    def decide(self, state: Webhook | None, context: Context) -> Decision:
        require_admin(context.actor)
        if state is not None:
            raise WebhookExists("A webhook of this id exists; make a new id.", field="/webhook")
        require_https(self.url, context)
        place = free_place(context)
        registered = WebhookRegistered(
            webhook=self.webhook,
            owner=context.actor.account,
            url=self.url,
            kinds=self.kinds,
            description=self.description,
            place=place,
        )
        return Decision(events=(registered,), claims=(place_name(place),), secrets=first_secret(context))
