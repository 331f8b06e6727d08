"""GET /site: what the site says of itself."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from kit.http.bytes_route import BytesRoute
from query_api.answers import PUBLIC, json_answer
from query_api.asked import headers_of, parameters_of
from query_api.documented import SITE, door
from query_api.parts import parts_of
from query_api.site_settings import site_of

router = APIRouter(tags=["site"], route_class=BytesRoute)

MODELS = frozenset({"site"})


@router.get("/site", summary="Read what the site says of itself", **door(SITE))
async def read_site(request: Request) -> Response:
    parts, asked = parts_of(request), headers_of(request)
    parameters_of(request, frozenset())
    freshness = await parts.consistency.wait(asked.token, asked.prefer, MODELS) if asked.token else None
    site = await site_of(parts)
    is_stale = freshness is not None and await freshness.is_stale(["site"])
    content = {name: value for name, value in site._asdict().items() if name != "version"}
    return json_answer(asked, content, version=site.version, cache=PUBLIC, is_stale=is_stale)
