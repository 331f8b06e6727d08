"""GET /me/media: what whoever asks has uploaded, the newest first."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import found_media, parameters
from query_api.answers import SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.cursors import decode, encode, fingerprint
from query_api.documented import CHANGES, door
from query_api.media_schemas import MEDIA_PAGE
from query_api.media_sql import COLUMNS
from query_api.next_page import next_link
from query_api.parts import parts_of

router = APIRouter(tags=["media"], route_class=BytesRoute)

MODELS = found_media.MODELS
_QUERY = fingerprint("own media")
_BEYOND_ALL = UUID(int=(1 << 128) - 1)
PAGE = f"""
    SELECT {COLUMNS}
      FROM (SELECT media FROM serving.media_of_accounts
             WHERE owner = $1 AND media < $2 ORDER BY media DESC LIMIT $3) AS listed
      JOIN serving.media AS m ON m.media = listed.media
     ORDER BY m.media DESC
"""  # noqa: S608 - constants
"""Ids are given in the order of time: ($1 owner, $2 id before which the page begins, $3 how many)."""


@router.get("/me/media", summary="List your own media", **door(MEDIA_PAGE, parameters=CHANGES, is_open=False))
async def list_own_media(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    given = parameters_of(request, frozenset({"limit", "cursor"}))
    viewer = await parts.viewers.required(asked.authorization)
    limit, cursor = parameters.limit(given), parameters.text(given, "cursor", longest=2_000)
    before = decode(cursor, _QUERY, 1).id(0) if cursor else _BEYOND_ALL
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    rows = await parts.database.rows(PAGE, viewer.account, before, limit + 1)
    following = encode(_QUERY, UUID(rows[limit - 1]["id"])) if len(rows) > limit else None
    content: dict[str, Any] = {
        "items": [found_media.shown(row, is_own=True) for row in rows[:limit]],
        "next": following,
    }
    is_stale = freshness is not None and await freshness.is_stale(None)
    return json_answer(asked, content, cache=SECRET, is_stale=is_stale, link=next_link(request, following))
