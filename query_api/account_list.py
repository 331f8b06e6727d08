"""GET /accounts: every account, for admins."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api import parameters
from query_api.answers import SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import CHANGES, door
from query_api.next_page import next_link
from query_api.parts import parts_of
from query_api.schemas import ACCOUNTS

router = APIRouter(tags=["accounts"], route_class=BytesRoute)

MODELS = frozenset({"accounts"})
_QUERY = fingerprint("accounts")
_BEYOND_ALL = UUID(int=(1 << 128) - 1)
PAGE = """
    SELECT l.account::text AS id, l.version, l.handle, l.name, l.address, l.address_is_confirmed, l.roles, l.status,
           l.created_at, l.updated_at
      FROM serving.accounts AS l WHERE l.account < $1 ORDER BY l.account DESC LIMIT $2
"""
"""The newest first, as ids are given in the order of time: ($1 id before which the page begins, $2 how many)."""


@router.get(
    "/accounts",
    summary="List accounts",
    **door(ACCOUNTS, parameters=CHANGES, is_open=False, problems={403: ["AdminRoleRequired"]}),
)
async def list_accounts(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    given = parameters_of(request, frozenset({"limit", "cursor"}))
    viewer = await parts.viewers.required(asked.authorization)
    if "admin" not in viewer.roles:
        raise Problem(403, "AdminRoleRequired", "Only admins list accounts.")
    limit, cursor = parameters.limit(given), parameters.text(given, "cursor", longest=2_000)
    before = decode(cursor, _QUERY, 1).id(0) if cursor else _BEYOND_ALL
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    rows = await parts.database.rows(PAGE, before, limit + 1)
    following = encode(_QUERY, UUID(rows[limit - 1]["id"])) if len(rows) > limit else None
    content: dict[str, Any] = {"items": [dict(row) for row in rows[:limit]], "next": following}
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, content, cache=SECRET, is_stale=is_stale, link=next_link(request, following))
