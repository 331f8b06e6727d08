"""GET /media/{id}: what is known of a medium."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api import found_media
from query_api.answers import PUBLIC, SECRET, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.documented import door
from query_api.media_schemas import MEDIUM
from query_api.parts import parts_of

router = APIRouter(tags=["media"], route_class=BytesRoute)

MODELS = found_media.MODELS


@router.get(
    "/media/{media}",  # noqa: FAST003 - the request carries it
    summary="Read about a medium",
    **door(MEDIUM, path="media", problems={404: ["MediaNotFound"]}),
)
async def read_medium(request: Request) -> Response:
    """Its owner and editors see it always, others while a public post uses it."""
    asked = headers_of(request)
    parameters_of(request, frozenset())
    found = await found_media.find(request, asked)
    cache = PUBLIC if found.row["is_public"] and not found.is_own else SECRET
    has_original = found.is_own or parts_of(request).settings.media_public_originals
    content = found_media.shown(found.row, is_own=found.is_own, has_original=has_original)
    return json_answer(asked, content, version=found.row["version"], cache=cache, is_stale=found.is_stale)
