"""PUT /site: what the site says of itself."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.site.configure_site import ConfigureSite

router = APIRouter(tags=["site"])

_EXAMPLE = {
    "title": "The light",
    "description": "On keepers, and the sea.",
    "base_url": "https://light.example",
    "language": "en",
    "time_zone": "Europe/Lisbon",
}


@router.put("/site", summary="Say what the site is", **door(ConfigureSite, omit=[], example=_EXAMPLE))
async def configure_site(request: Request) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(ConfigureSite, at_door.fields()))
