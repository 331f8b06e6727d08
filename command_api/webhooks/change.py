"""PATCH and DELETE /webhooks/{id}."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import Asked, asked, build
from command_api.documented import door
from command_api.webhooks.secret import documented, new_secret, with_secret
from domain.command import Context
from domain.webhooks.change_webhook import ChangeWebhook
from domain.webhooks.remove_webhook import RemoveWebhook
from domain.webhooks.signing import NEWEST
from domain.webhooks.webhook import Webhook
from kit import clock

router = APIRouter(tags=["webhooks"])


@router.patch(
    "/webhooks/{webhook}",
    summary="Change a webhook, or what its messages are signed with",
    **documented(door(ChangeWebhook, omit=["webhook"], example={"rotate_secret": True}), 200),
)
async def change_webhook(request: Request, webhook: UUID) -> Response:
    """With `rotate_secret` the answer holds the new secret, this once; for a day messages bear both signatures."""
    at_door = await asked(request)
    command = build(ChangeWebhook, at_door.fields(), webhook=webhook)
    context = Context(at_door.actor, clock.now(), allows_http=at_door.parts.settings.webhook_http)
    if not command.rotate_secret:
        return await at_door.carry_out(command, about=webhook, context=context)
    return await _rotate(at_door, command, context)


async def _rotate(at_door: Asked, command: ChangeWebhook, context: Context) -> Response:
    """At the version at which the former secret was the newest: of two rotations at once, one begins anew."""
    parts, is_conditional = at_door.parts, b"if-match" in at_door.headers
    _, version = await parts.executor.load(Webhook, command.stream)
    former = await parts.stored_secrets.signing(command.stream, NEWEST)
    answer = await at_door.carry_out(
        command,
        about=command.webhook,
        context=replace(context, signing_secret=new_secret(), former_secret=former),
        expected_version=None if is_conditional else version,
    )
    return await with_secret(at_door, answer)


@router.delete("/webhooks/{webhook}", summary="Remove a webhook", **door(RemoveWebhook, omit=["webhook"]))
async def remove_webhook(request: Request, webhook: UUID) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(RemoveWebhook, at_door.fields(), webhook=webhook), about=webhook)
