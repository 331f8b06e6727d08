"""POST /webhooks/{id}/pause, /resume, /test."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.webhooks.pause_webhook import PauseWebhook
from domain.webhooks.resume_webhook import ResumeWebhook
from domain.webhooks.test_webhook import TestWebhook
from domain.webhooks.webhook_command import WebhookCommand

router = APIRouter(tags=["webhooks"])


@router.post(
    "/webhooks/{webhook}/pause",
    summary="Send it nothing for a while",
    **door(PauseWebhook, omit=["webhook"], example={"reason": "It moves to another machine."}),
)
async def pause_webhook(request: Request, webhook: UUID) -> Response:
    """What happens meanwhile waits until it is resumed, for 30 days."""
    return await _step(request, PauseWebhook, webhook)


@router.post("/webhooks/{webhook}/resume", summary="Send it what waits", **door(ResumeWebhook, omit=["webhook"]))
async def resume_webhook(request: Request, webhook: UUID) -> Response:
    return await _step(request, ResumeWebhook, webhook)


@router.post("/webhooks/{webhook}/test", summary="Send it a message to try it", **door(TestWebhook, omit=["webhook"]))
async def test_webhook(request: Request, webhook: UUID) -> Response:
    """Of the kind `webhook.test`, once, even when it is paused; its deliveries say what became of it."""
    return await _step(request, TestWebhook, webhook)


async def _step(request: Request, command: type[WebhookCommand], webhook: UUID) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(command, at_door.fields(), webhook=webhook), about=webhook)
