"""Tells who registered a webhook that its address takes nothing, so that it was paused."""

from urllib.parse import urlsplit

from domain.webhooks.events import WebhookPaused
from domain.webhooks.webhook import Webhook
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import active, recipient_at
from jobs.told_comment import STALE_S
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    """Names the host alone: the rest of an address may be what its receiver knows us by."""
    paused: WebhookPaused = cause.event
    webhook: Webhook = (await tools.executor.load(Webhook, cause.stream))[0]
    if not paused.is_automatic or webhook.status != "paused" or webhook.owner is None:
        return
    owner = await active(webhook.owner, tools.executor)
    if owner is None or owner.address is None or not owner.is_confirmed or "admin" not in owner.roles:
        return
    await tools.mailroom.send(
        "webhook_paused",
        recipient_at(owner, owner.address),
        reference=f"{cause.id}.{JOB.name}",
        host=urlsplit(webhook.url).hostname,
        description=webhook.description,
        reason=paused.reason,
        webhook=str(webhook.id),
    )


JOB = Job("webhook_paused_mail", (WebhookPaused,), perform, queue="mail", expires_s=STALE_S)
