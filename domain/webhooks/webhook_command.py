"""What all commands on a webhook share."""

from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command, Context
from domain.rights import require_admin
from domain.webhooks.endpoint import is_plain
from domain.webhooks.refusals import HttpsRequired, NoSuchWebhook
from domain.webhooks.webhook import Webhook


class WebhookCommand(Command):
    aggregate: ClassVar[type[Any]] = Webhook

    webhook: UUID

    @property
    def stream(self) -> str:
        return f"webhook-{self.webhook}"

    @property
    def partition_key(self) -> str:
        return str(self.webhook)


def own_webhook(state: Webhook | None, context: Context) -> Webhook:
    """Gives a hook that is there, to an admin.

    Raises:
        SignInRequired, AdminsOnly: somebody else.
        NoSuchWebhook: there is none, or it is removed.
    """
    require_admin(context.actor)
    if state is None or state.status == "removed":
        raise NoSuchWebhook("There is no such webhook.")
    return state


def require_https(url: str, context: Context) -> None:
    """Raises HttpsRequired: unless the operator lets messages be sent in the clear."""
    if is_plain(url) and not context.allows_http:
        raise HttpsRequired("The address begins with https://.", field="/url")
