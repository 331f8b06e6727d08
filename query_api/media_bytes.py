"""GET /media/{id}/{variant}: the bytes, whole or in part."""

from collections.abc import Mapping
from typing import NamedTuple

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from kit.blobs.blobs import BlobsUnavailable, NoSuchBlob
from kit.http import etag
from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from kit.media.kinds import KINDS
from query_api import found_media
from query_api.answers import SECRET
from query_api.asked import headers_of, parameters_of
from query_api.media_documented import bytes_door
from query_api.parts import parts_of
from query_api.ranges import NotThere, Part, part_of

router = APIRouter(tags=["media"], route_class=BytesRoute)

MODELS = found_media.MODELS
_PUBLIC = "public, max-age=60"
"""What no public post uses any more is gone from caches within a minute."""
_IN_ITS_PLACE = ("video.mp4", "large.webp", "large.jpg")
"""Of an original. WebP moves, and can be seen through, where the original does."""
_ALONE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
"""The bytes are somebody's: a browser must take them for nothing but what they are said to be."""


class File(NamedTuple):
    sha256: str
    media_type: str
    size_bytes: int
    is_original: bool = False


@router.get(
    "/media/{media}/{variant}",  # noqa: FAST003 - the request carries it
    summary="Read a medium's bytes",
    **bytes_door(),
)
async def read_bytes(request: Request) -> Response:
    """One of the variants that the medium names.

    `original` is as it was uploaded for those who may change it. To others it would say where and with what it was
    taken: they get the largest form that was made of it, as soon as there is one.
    """
    asked = headers_of(request)
    parameters_of(request, frozenset())
    found = await found_media.find(request, asked)
    file = _file(found, request.path_params["variant"], is_as_it_came=parts_of(request).settings.media_public_originals)
    tag = f'"{file.sha256}"'
    is_public = found.row["is_public"] and not found.is_stale and not (found.is_own and file.is_original)
    headers = {"ETag": tag, "Cache-Control": _PUBLIC if is_public else SECRET, "Accept-Ranges": "bytes", **_ALONE}
    if not is_public:
        headers["Vary"] = "Authorization"
    if etag.matches(asked.if_none_match, tag):
        return Response(None, 304, headers)
    extension = KINDS[file.media_type].extension if file.media_type in KINDS else "bin"
    headers["Content-Disposition"] = f'inline; filename="{found.row["id"]}.{extension}"'
    return await _sent(request, file, _wanted(request, file, tag), headers)


def _file(found: found_media.Found, variant: str, *, is_as_it_came: bool) -> File:
    row, wanted = found.row, [variant]
    variants = {each["name"]: each for each in orjson.loads(row["variants"])}
    if variant == found_media.ORIGINAL and not (found.is_own or is_as_it_came):
        wanted = [*_IN_ITS_PLACE]
    for name in wanted:
        if name in variants:
            each = variants[name]
            return File(each["sha256"], each["media_type"], each["size_bytes"])
    if variant == found_media.ORIGINAL:
        return File(row["sha256"], row["type"], row["size_bytes"], is_original=True)
    raise Problem(404, "MediaNotFound", "The medium has no such variant.")


def _wanted(request: Request, file: File, tag: str) -> Part | None:
    if request.headers.get("if-range", tag) != tag:
        return None
    try:
        return part_of(request.headers.get("range"), file.size_bytes)
    except NotThere:
        there = {"Content-Range": f"bytes */{file.size_bytes}"}
        raise Problem(416, "RangeNotSatisfiable", f"It has {file.size_bytes} bytes.", headers=there) from None


async def _sent(request: Request, file: File, part: Part | None, headers: Mapping[str, str]) -> Response:
    start, end = part or Part(0, file.size_bytes)
    try:
        chunks = await parts_of(request).blobs.read(file.sha256, start, end)
    except NoSuchBlob:
        raise Problem(404, "MediaNotFound", "Its bytes are gone.") from None
    except BlobsUnavailable:
        detail = "Media cannot be read at the moment."
        raise Problem(503, "MediaStoreUnavailable", detail, headers={"Retry-After": "10"}) from None
    length = {"Content-Length": str(end - start)}
    if part is not None:
        length["Content-Range"] = f"bytes {start}-{end - 1}/{file.size_bytes}"
    return StreamingResponse(chunks, 200 if part is None else 206, {**headers, **length}, file.media_type)
