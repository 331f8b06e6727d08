"""GET /webhooks: which addresses are told what, for admins."""

from typing import Any

import asyncpg
from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api.answers import SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.documented import door
from query_api.parts import parts_of
from query_api.viewers import Viewer
from query_api.webhook_schemas import WEBHOOKS

router = APIRouter(tags=["webhooks"], route_class=BytesRoute)

MODELS = frozenset({"webhooks"})
# All of them: there are few.
_ALL = """
    SELECT webhook::text AS id, version, url, string_to_array(kinds, ' ') AS kinds, description, status, reason,
           is_automatic, created_at, updated_at
      FROM serving.webhooks ORDER BY webhook
"""


@router.get(
    "/webhooks", summary="List webhooks", **door(WEBHOOKS, is_open=False, problems={403: ["AdminRoleRequired"]})
)
async def list_webhooks(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    parameters_of(request, frozenset())
    require_admin(await parts.viewers.required(asked.authorization))
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    rows: list[asyncpg.Record] = await parts.database.rows(_ALL)
    content: dict[str, Any] = {"items": [dict(row) for row in rows], "next": None}
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, content, cache=SECRET, is_stale=is_stale)


def require_admin(viewer: Viewer) -> None:
    if "admin" not in viewer.roles:
        raise Problem(403, "AdminRoleRequired", "Only admins look at webhooks.")
