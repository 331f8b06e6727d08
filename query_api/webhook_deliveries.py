"""GET /webhooks/{id}/deliveries: what was sent to a hook, for admins; the command side knows it."""

from typing import Any
from uuid import UUID

import httpx
import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api import parameters
from query_api.answers import SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.documented import CHANGES, door
from query_api.listing_filters import is_id
from query_api.next_page import next_link
from query_api.parts import parts_of
from query_api.webhook_schemas import DELIVERIES
from query_api.webhooks import require_admin

router = APIRouter(tags=["webhooks"], route_class=BytesRoute)

MODELS = frozenset[str]()
"""None: deliveries are no events, and a read model has only those."""
_PASSED_ON = {401, 403, 404, 422}

log = structlog.get_logger()


@router.get(
    "/webhooks/{webhook}/deliveries",  # noqa: FAST003 - the request carries it
    summary="List what was sent to a webhook",
    **door(
        DELIVERIES,
        parameters=CHANGES,
        path="webhook",
        is_open=False,
        problems={403: ["AdminRoleRequired"], 404: ["NoSuchWebhook"], 503: ["DeliveriesUnavailable"]},
    ),
)
async def list_deliveries(request: Request) -> Response:
    """Every attempt of the last 30 days, the newest first."""
    parts, asked, webhook = parts_of(request), headers_of(request), request.path_params["webhook"]
    given = parameters_of(request, frozenset({"limit", "cursor"}))
    limit, cursor = parameters.limit(given), parameters.text(given, "cursor")
    require_admin(await parts.viewers.required(asked.authorization))
    if not is_id(webhook):
        raise Problem(404, "NoSuchWebhook", "There is no such webhook.")
    wanted = {"limit": str(limit), **({"cursor": cursor} if cursor else {})}
    content = await _asked_for(parts.commands, UUID(webhook), wanted, asked.authorization or "")
    return json_answer(asked, content, cache=SECRET, link=next_link(request, content["next"]))


async def _asked_for(http: httpx.AsyncClient, webhook: UUID, wanted: dict[str, str], authorization: str) -> Any:
    """As whoever asks here: the command side decides once more."""
    try:
        answer = await http.get(
            f"/webhooks/{webhook}/deliveries", params=wanted, headers={"Authorization": authorization}
        )
        found = answer.json()
        if answer.status_code in _PASSED_ON:
            raise Problem(answer.status_code, found["code"], found["detail"], errors=found.get("errors", ()))
        answer.raise_for_status()
    except (httpx.HTTPError, ValueError, KeyError) as error:
        log.warning("deliveries could not be asked for", error=type(error).__name__)
        detail = "Deliveries cannot be looked up now."
        raise Problem(503, "DeliveriesUnavailable", detail, headers={"Retry-After": "2"}) from None
    return found
