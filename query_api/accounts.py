"""GET /accounts/me: one's own account."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from query_api.answers import SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.documented import ACCOUNT, door
from query_api.parts import parts_of

router = APIRouter(tags=["accounts"], route_class=BytesRoute)

MODELS = frozenset({"accounts"})
_SELECT = """
    SELECT account::text AS id, version, handle, name, biography, picture, address, address_is_confirmed, new_address,
           language, time_zone, roles, status, notified_by_mail, created_at, updated_at
      FROM serving.accounts WHERE account = $1
"""


@router.get(
    "/accounts/me", summary="Read your own account", **door(ACCOUNT, is_open=False, problems={404: ["AccountNotFound"]})
)
async def read_own_account(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    parameters_of(request, frozenset())
    viewer = await parts.viewers.required(asked.authorization)
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    row = await parts.database.row(_SELECT, viewer.account)
    is_stale = freshness is not None and await freshness.is_stale([str(viewer.account)])
    if row is None:
        headers = {"Stale": "true"} if is_stale else None
        raise Problem(404, "AccountNotFound", "This account has not arrived here yet.", headers=headers)
    return json_answer(asked, dict(row), version=row["version"], cache=SECRET, is_stale=is_stale)
