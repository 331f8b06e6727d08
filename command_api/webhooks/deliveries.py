"""GET /webhooks/{id}/deliveries: what was sent to a hook. The query API passes it on: the log is out of its reach."""

from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked
from command_api.auth.forms import NO_STORE
from domain.command import Context
from domain.webhooks.webhook import Webhook
from domain.webhooks.webhook_command import own_webhook
from kit import clock
from kit.http.documenting import BEARER, COMMON, SIGNED_IN, problem_answers
from kit.http.problems import Problem

router = APIRouter(tags=["webhooks"])

_MOST, _DEFAULT = 100, 20
_PAGE = """
    SELECT id, 'msg_' || replace(event_id::text, '-', '') AS message, kind, key, attempt, outcome, status, duration_ms,
           error, excerpt, tried_at
      FROM webhook_deliveries WHERE webhook = $1 AND id < $2 ORDER BY id DESC LIMIT $3
"""
_PARAMETERS = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _DEFAULT},
    },
    {"name": "cursor", "in": "query", "schema": {"type": "string", "pattern": r"^\d{1,18}$"}},
]


@router.get(
    "/webhooks/{webhook}/deliveries",
    summary="What was sent to a webhook, for the query API",
    response_class=Response,
    responses={
        200: {"description": "Found", "content": {"application/json": {"schema": {"type": "object"}}}},
        **problem_answers(COMMON, SIGNED_IN, {403: ["AdminsOnly"], 404: ["NoSuchWebhook"]}),
    },
    openapi_extra={"security": BEARER, "parameters": _PARAMETERS},
)
async def list_deliveries(request: Request, webhook: UUID) -> Response:
    """Every attempt of the last 30 days, the newest first."""
    at_door = await asked(request)
    limit, before = _asked_for(request, "limit", _DEFAULT, _MOST), _asked_for(request, "cursor", 10**18, 10**18)
    state, _ = await at_door.parts.executor.load(Webhook, f"webhook-{webhook}")
    own_webhook(state, Context(at_door.actor, clock.now()))
    rows = await at_door.parts.pool.fetch(_PAGE, webhook, before, limit + 1)
    following = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    content: dict[str, Any] = {"items": [dict(row) for row in rows[:limit]], "next": following}
    return Response(orjson.dumps(content, option=orjson.OPT_UTC_Z), 200, NO_STORE, "application/json")


def _asked_for(request: Request, name: str, default: int, most: int) -> int:
    value = request.query_params.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and 1 <= int(value) <= most):
        errors = [{"parameter": name, "detail": f"is a number from 1 to {most}"}]
        raise Problem(422, "InvalidRequest", "Some parameters are not as they should be.", errors=errors)
    return int(value)
