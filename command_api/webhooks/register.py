"""POST /webhooks: an address elsewhere is to be told what becomes public."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from command_api.webhooks.secret import documented, new_secret, with_secret
from domain.command import Context
from domain.webhooks.register_webhook import RegisterWebhook
from kit import clock
from kit.ids import new_id

router = APIRouter(tags=["webhooks"])

_EXAMPLE = {
    "url": "https://example.org/hooks",
    "kinds": ["post.published", "post.changed", "post.withdrawn"],
    "description": "Rebuilds the static site.",
}


@router.post(
    "/webhooks",
    summary="Register a webhook",
    **documented(door(RegisterWebhook, omit=["webhook"], example=_EXAMPLE, status=201), 201),
)
async def register_webhook(request: Request) -> Response:
    """The answer holds the secret that messages are signed with, this once."""
    at_door = await asked(request)
    webhook = new_id()
    context = Context(
        at_door.actor,
        clock.now(),
        signing_secret=new_secret(),
        allows_http=at_door.parts.settings.webhook_http,
    )
    answer = await at_door.carry_out(
        build(RegisterWebhook, at_door.fields(), webhook=webhook),
        status=201,
        location=f"/webhooks/{webhook}",
        about=webhook,
        context=context,
        expected_version=0,
    )
    return await with_secret(at_door, answer)
