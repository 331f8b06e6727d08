"""POST /media: the bytes of a picture or a film, and nothing else, as the body."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import Asked, asked, build
from command_api.documented import body_schema, door
from command_api.media.receiving import Receiving
from domain.command import Command, Context, StoredBytes
from domain.media.describe_media import DescribeMedia
from domain.media.media import Media
from domain.media.refusals import MediaExists
from domain.media.upload_media import UploadMedia, uploader
from kit import clock
from kit.blobs.blobs import BlobsUnavailable
from kit.blobs.holding import held
from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from kit.ids import new_id

router = APIRouter(tags=["media"], route_class=BytesRoute)

_PARAMETERS = ("filename", "alt", "id")
_SAID = {
    "filename": body_schema(UploadMedia, ["media"], {})["properties"]["filename"],
    "alt": body_schema(DescribeMedia, ["media"], {})["properties"]["alt"],
    "id": {"type": "string", "format": "uuid", "description": "one of your own making; left out: a new one"},
}
_DESCRIPTION = """\
The body is the file as it is, streamed: no form, no base64; `curl --data-binary @sea.jpg` or `fetch(url, {method:
"POST", body: file})`. Taken are PNG, JPEG, GIF, WebP and AVIF, and MP4, WebM and QuickTime films; which it is, its
bytes say, whatever Content-Type is sent. It is private to its owner and editors until a public post uses it, as its
cover or in its text as `/media/{id}/original`.

An Idempotency-Key covers the request without its bytes. An upload that is cut leaves nothing behind.
"""


def _documented() -> dict[str, Any]:
    problems = {400: ["UploadCut"], 408: ["UploadTooSlow"], 422: ["DamagedMedia", "TooManyPixels"]}
    problems[503] = ["MediaStoreUnavailable"]
    found = door(UploadMedia, DescribeMedia, omit=["media", "filename"], status=201, problems=problems)
    extra = found["openapi_extra"]
    extra["parameters"] += [
        {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in _SAID.items()
    ]
    binary = {"schema": {"type": "string", "format": "binary"}}
    extra["requestBody"] = {"required": True, "content": {"application/octet-stream": binary}}
    return found


@router.post("/media", summary="Upload a picture or a film", description=_DESCRIPTION, **_documented())
async def upload(request: Request) -> Response:
    at_door = await asked(request, is_read=False)
    uploader(at_door.actor)
    commands = _commands(request)
    if (repeat := await at_door.repeat()) is not None:
        return repeat
    if "id" in request.query_params:
        await _require_new(at_door, commands[0].stream)
    try:
        return await _take_in(at_door, commands)
    except BlobsUnavailable:
        detail = "Media cannot be kept at the moment; nothing was stored."
        raise Problem(503, "MediaStoreUnavailable", detail, headers={"Retry-After": "10"}) from None


async def _require_new(at_door: Asked, stream: str) -> None:
    """Before the bytes are sent in vain; the append makes sure."""
    _, version = await at_door.parts.executor.load(Media, stream)
    if version:
        raise MediaExists("A medium of this id exists; make a new id.", field="/id")


def _commands(request: Request) -> tuple[Command, ...]:
    """From the query's parameters, which are checked before the body is read."""
    media = request.query_params.get("id") or new_id()
    given = dict(request.query_params)
    if unknown := set(given) - set(_PARAMETERS):
        errors = [{"parameter": min(unknown)[:50], "detail": f"is not known here; known are {', '.join(_PARAMETERS)}"}]
        raise Problem(422, "InvalidRequest", "Some parameters are not as they should be.", errors=errors)
    named = {"filename": given["filename"]} if "filename" in given else {}
    described = (build(DescribeMedia, {"alt": given["alt"]}, media=media),) if "alt" in given else ()
    return build(UploadMedia, named, media=media), *described


async def _take_in(at_door: Asked, commands: tuple[Command, ...]) -> Response:
    uploads = at_door.parts.uploads
    with uploads.taking_one(), uploads.blobs.new_file() as file:
        receiving = Receiving(uploads, file, _declared(at_door))
        stored = await receiving.receive(at_door.request.stream())
        # Nobody may find that these bytes are needed by no medium while they are about to be.
        async with held(at_door.parts.settings.log_url, stored.sha256):
            await uploads.blobs.put(stored.sha256, file)
            return await _carry_out(at_door, commands, stored)


async def _carry_out(at_door: Asked, commands: tuple[Command, ...], stored: StoredBytes) -> Response:
    media: UUID = commands[0].media  # type: ignore[attr-defined]  # both are about one
    return await at_door.carry_out(
        *commands,
        status=201,
        location=f"/media/{media}",
        about=media,
        context=Context(at_door.actor, clock.now(), stored_bytes=stored),
        expected_version=0,
    )


def _declared(at_door: Asked) -> int:
    length = at_door.headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0
